// SPDX-License-Identifier: Apache-2.0
// The programs run in turns, A B C A B C: what the machine does meanwhile meets them all.
#pragma once

#include "compare/statistics.h"

#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/Support/Error.h>

#include <string>

namespace cxx_alloc::compare {

/// One run: what it took, or how it failed ("exit status 1").
struct Run {
  Sample sample;
  std::string failure = {};
};

/// What a turn does to the world: runs the program with the allocator `index`. An error ends all turns.
using Runner = llvm::function_ref<llvm::Expected<Run>(size_t index, size_t turn)>;

/// Runs the programs of `names`, one an allocator, until they are told apart or `limits` are reached. The first turn,
/// 0, fills the machine's caches and does not count. An error when the program fails; it says with which of `names`.
llvm::Expected<std::vector<std::vector<Sample>>>
take_turns(llvm::ArrayRef<std::string> names, const std::string &program, const Limits &limits, Runner run);

}  // namespace cxx_alloc::compare
