// SPDX-License-Identifier: Apache-2.0
#include "run/rounds.h"

#include "decision/learn.h"
#include "message.h"

namespace cxx_alloc {
namespace {

/// The user's own, then ours because the linker did not take that one, then the system's because ours is hidden.
constexpr int most_rounds = 3;

/// Why the link cannot be made once more.
llvm::Error refuse_another(int round, const LinkWorld &world) {
  if (round == most_rounds)
    return make_error(world.artifact(), "its allocator is another one each time that it is linked",
                      "pass --allocator=system");
  if (!world.can_run_again())
    return make_error(world.artifact(), "its source has a say in its allocator, and cannot be read a second time",
                      "pass --allocator=system");
  return llvm::Error::success();
}

}  // namespace

llvm::Expected<Outcome> link_until_settled(const Job &job, Outcome outcome, LinkWorld &world,
                                           llvm::StringSaver &saver) {
  for (int round = 1;;) {
    auto has_linked = world.run(outcome, round);
    if (!has_linked) return has_linked.takeError();
    LinkFacts link = outcome.link;
    if (*has_linked)
      learn(link, world.look(outcome), outcome.decision, world.artifact());
    else
      link.facts.lto->obstacle = "the link is not the same with it";
    auto again = settle(job, std::move(link), saver);
    if (again && *has_linked && again->decision.links_as(outcome.decision) &&
        again->link.facts.output == outcome.link.facts.output) {
      again->is_verified = true;
      return again;
    }
    // A mixed or half-exported program corrupts memory without a word: it must not stay, whatever comes next.
    // Without the bodies for LTO it is the same round.
    auto may_go_on = [&] { return *has_linked ? refuse_another(round, world) : llvm::Error(llvm::Error::success()); };
    if (auto error = again ? may_go_on() : again.takeError()) {
      world.discard();
      return error;
    }
    if (*has_linked) ++round;
    world.prepare_another();
    outcome = std::move(*again);
  }
}

}  // namespace cxx_alloc
