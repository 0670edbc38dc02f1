// SPDX-License-Identifier: Apache-2.0
// Does LTO get to see what our malloc and operators do, so that it can inline them? A pure function.
#pragma once

#include "decision/facts.h"

#include <llvm/ADT/STLFunctionalExtras.h>

namespace cxx_alloc {

struct Inlining {
  bool is_asked = false;           ///< an allocator of ours is linked, with LTO
  std::vector<std::string> parts;  ///< objects in the allocator's folder lto, for LTO; or none
  std::string why_not;             ///< where there are none, one sentence

  bool happens() const { return !parts.empty(); }
};

/// What an executable with a malloc of ours gets, `operators` and `profile` with it. `is_there` tells whether the
/// allocator's folder lto has a file of that name.
Inlining decide_inlining(const Facts &facts, bool operators, bool profile,
                         llvm::function_ref<bool(llvm::StringRef part)> is_there);

}  // namespace cxx_alloc
