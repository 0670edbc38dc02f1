// SPDX-License-Identifier: Apache-2.0
// The one loop: link, read what was made, ask the policy again, and link once more where it answers otherwise.
#pragma once

#include "run/outcome.h"

namespace cxx_alloc {

/// What a round does to the world.
class LinkWorld {
public:
  virtual ~LinkWorld() = default;
  /// Runs the compiler with the words of `outcome`. `round` counts from 1. False where the bodies for LTO, which are in
  /// `outcome`, keep it from linking as it does without them.
  virtual llvm::Expected<bool> run(const Outcome &outcome, int round) = 0;
  /// What the last round made.
  virtual Evidence look(const Outcome &outcome) = 0;
  /// Whether the compiler can be run once more: a pipe among its sources is read once.
  virtual bool can_run_again() const = 0;
  /// Empties what the last round made, for another one: no program with two heaps may be run meanwhile.
  virtual void prepare_another() = 0;
  /// Takes away what this link made.
  virtual void discard() = 0;
  /// The file that is made, for messages.
  virtual std::string artifact() const = 0;
};

/// Links as `outcome` says, and until the artifact agrees. Gives what it agrees with.
llvm::Expected<Outcome> link_until_settled(const Job &job, Outcome outcome, LinkWorld &world, llvm::StringSaver &saver);

}  // namespace cxx_alloc
