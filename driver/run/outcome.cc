// SPDX-License-Identifier: Apache-2.0
// One command on its way: facts, decision, words.
#include "run/outcome.h"

#include <llvm/Support/Path.h>

namespace cxx_alloc {
namespace {

/// Ours is on the line already: a wrapper around us, or under us, has decided.
Outcome decided_before(LinkFacts link) {
  llvm::StringRef folder = llvm::sys::path::parent_path(llvm::sys::path::parent_path(link.injected));
  Outcome outcome;
  outcome.decision.allocator = llvm::sys::path::filename(folder).str();
  outcome.decision.reason = Reason::linked_library;
  outcome.decision.detail = link.injected + " is on the link line already";
  outcome.decision.provider = link.injected;
  outcome.link = std::move(link);
  return outcome;
}

}  // namespace

Words command(const Job &job, const Outcome &outcome) {
  Words words = job.compiler.words;
  words.append(outcome.words.before);
  words.append(job.user_words);
  words.append(outcome.words.behind);
  return words;
}

llvm::Expected<Outcome> settle(const Job &job, LinkFacts link, llvm::StringSaver &saver) {
  Outcome outcome;
  outcome.link = std::move(link);
  const Facts &facts = outcome.link.facts;
  auto decision = decide(facts, [&](llvm::StringRef allocator) { return is_available(facts, job.runtime, allocator); });
  if (!decision) return decision.takeError();
  outcome.decision = std::move(*decision);
  if (brings_malloc(outcome.decision, facts))
    outcome.decision.inlining =
        decide_inlining(facts, outcome.decision.operators, job.runtime.profile, [&](llvm::StringRef part) {
          return has_lto_part(job.runtime, outcome.decision.allocator, facts.target, part);
        });
  auto words = plan_link(outcome.decision, outcome.link, job.line, job.runtime, saver);
  if (!words) return words.takeError();
  outcome.words = std::move(*words);
  return outcome;
}

llvm::Expected<Outcome> foresee(Job &job, const Environment &environment, llvm::StringSaver &saver) {
  auto facts = gather_requests(job.own.allocator, environment);
  if (!facts) return facts.takeError();
  if (!job.line.not_a_link.empty()) {
    facts->not_a_link = job.line.not_a_link;
    // Only a reader of --print-allocator wants the target, and finding it costs more than all the rest.
    if (job.own.print != OwnOptions::Print::nothing) facts->target = link_target(job.line, driver_name(job.compiler));
    LinkFacts link;
    link.facts = std::move(*facts);
    return settle(job, std::move(link), saver);
  }
  auto link = gather_facts(std::move(*facts), job.line, job.compiler, job.user_words, environment);
  if (!link) return link.takeError();
  if (job.line.has_rpath && link->family == Family::gnu) job.user_words = spell_rpath_for_gnu(job.user_words, saver);
  if (!link->injected.empty()) return decided_before(std::move(*link));
  return settle(job, std::move(*link), saver);
}

}  // namespace cxx_alloc
