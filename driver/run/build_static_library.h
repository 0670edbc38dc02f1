// SPDX-License-Identifier: Apache-2.0
// How does --emit-static-lib work over g++, which does not have it?
#pragma once

#include "link/plan.h"

#include <llvm/Support/Error.h>

namespace cxx_alloc {

/// Compiles the sources of `plan` one by one with -c and archives what comes out together with its objects.
/// The exit status is that of the first compilation that failed; the old archive then stays as it was.
llvm::Expected<int> build_static_library(Plan plan);

}  // namespace cxx_alloc
