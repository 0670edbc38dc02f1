// SPDX-License-Identifier: Apache-2.0
// What an artifact tells, as facts: the policy is asked again with them.
#pragma once

#include "decision/gather.h"
#include "decision/policy.h"

namespace cxx_alloc {

/// Adds to `link` what `evidence` of `artifact` says, which was linked by `decision`. What it does not tell changes
/// nothing.
void learn(LinkFacts &link, const Evidence &evidence, const Decision &decision, llvm::StringRef artifact);

}  // namespace cxx_alloc
