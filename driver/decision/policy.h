// SPDX-License-Identifier: Apache-2.0
// Which allocator does the artifact get, and why? A pure function; policy.cc holds the table.
#pragma once

#include "decision/facts.h"
#include "decision/inlining.h"

#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/Support/Error.h>

namespace cxx_alloc {

struct Decision {
  std::string allocator;  ///< an allocator's name, "user" or "none"
  Reason reason = Reason::output_default;
  std::string detail;         ///< one sentence naming the culprit
  std::string provider = {};  ///< the user's file or word, or empty
  std::string by_hand = {};   ///< the flag or variable that asks for `allocator`, or empty
  std::string notice = {};    ///< one line for stderr, where something the user may count on did not happen; or empty
  bool operators = false;     ///< our C++ operators go in on top of our malloc
  Inlining inlining = {};     ///< what of ours LTO gets to see

  /// True when `other` is the same link.
  bool links_as(const Decision &other) const { return allocator == other.allocator && operators == other.operators; }
};

/// `available` tells whether a runtime object of an allocator is there for the output and target of `facts`.
llvm::Expected<Decision> decide(const Facts &facts, llvm::function_ref<bool(llvm::StringRef allocator)> available);

}  // namespace cxx_alloc
