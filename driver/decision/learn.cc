// SPDX-License-Identifier: Apache-2.0
// What an artifact tells, as facts. An answer that is unknown leaves a fact as it was: it never takes an allocator
// away.
#include "decision/learn.h"

#include <llvm/ADT/STLExtras.h>

namespace cxx_alloc {
namespace {

bool lacks(const Evidence &evidence, llvm::StringRef function) {
  return llvm::is_contained(evidence.missing, function);
}

/// Our malloc went in: does the program have it, whole, and do its libraries share it?
void learn_of_ours(Facts &facts, const Evidence &evidence, const std::string &artifact) {
  // An aligned_alloc on top of malloc was seen before, and is no heap of its own.
  auto users = llvm::find_if(evidence.users_functions,
                             [&](const std::string &name) { return !llvm::is_contained(facts.shims, name); });
  if (evidence.malloc_is_users == Answer::yes && users != evidence.users_functions.end())
    facts.provider = Provider{.word = artifact, .symbol = *users, .is_compiled_in = true};
  else if (lacks(evidence, "malloc"))
    facts.lost = artifact;
  else if (evidence.exports_malloc == Answer::no)
    facts.hiding = artifact;
}

}  // namespace

void learn(LinkFacts &link, const Evidence &evidence, const Decision &decision, llvm::StringRef artifact) {
  if (!evidence.is_written) return;
  Facts &facts = link.facts;
  if (link.may_request) set_requests(link, evidence.requests, artifact);
  link.may_request = false;
  // A file that nobody read (GCC's specs, a configuration file of clang) may have made a library of the link. A
  // static-pie of gold 2.40 looks like one.
  if (facts.output == Output::executable && !link.is_static && evidence.output == Output::shared_library)
    facts.output = evidence.output;
  // -shared, and then the linker's own -pie. mold 1.10 makes of that, and of -pie and its own -shared, something in
  // between.
  if (facts.output == Output::shared_library && evidence.output == Output::executable && evidence.is_started)
    facts.output = evidence.output;
  if (facts.output == Output::shared_library && llvm::is_contained(evidence.users_functions, "malloc"))
    facts.provider = Provider{.word = artifact.str(), .is_compiled_in = true};
  if (facts.output != Output::executable) return;
  if (evidence.operators_are_users == Answer::yes) facts.users_operators = true;
  if (decision.allocator == "user") {
    // The member of an archive that defines it was not taken, or only where ours was in the link too. mold 1.10 takes
    // one for a calloc beside libc's malloc.
    if (facts.provider && (!facts.provider->is_certain || facts.provider->is_compiled_in) &&
        lacks(evidence, facts.provider->symbol) && evidence.users_functions.empty())
      facts.provider.reset();
  } else if (decision.allocator != "system" && decision.allocator != "none") {
    learn_of_ours(facts, evidence, artifact.str());
  }
}

}  // namespace cxx_alloc
