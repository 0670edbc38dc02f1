// SPDX-License-Identifier: Apache-2.0
// --emit-static-lib over g++, which has no such option.
#pragma once

#include "run/outcome.h"

namespace cxx_alloc {

/// Compiles the sources of `job`, and archives their objects and what else it names. Gives the exit status.
llvm::Expected<int> build_static_library(const Job &job, const Outcome &outcome, const Environment &environment,
                                         llvm::StringSaver &saver);

}  // namespace cxx_alloc
