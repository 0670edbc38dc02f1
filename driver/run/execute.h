// SPDX-License-Identifier: Apache-2.0
// The one place that does what a plan says.
#pragma once

#include "compiler/compiler.h"
#include "link/plan.h"

#include <llvm/Support/Error.h>

namespace cxx_alloc {

/// Carries `plan` out. Where the compiler is exec'ed it does not come back; else the exit status.
llvm::Expected<int> execute(Plan &plan, const Environment &environment);

/// Appends one JSON line to `file`. Concurrent links of a parallel build do not cut into each other's lines.
void append_to_log(const std::string &file, const Plan &plan);

}  // namespace cxx_alloc
