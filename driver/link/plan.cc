// SPDX-License-Identifier: Apache-2.0
// What will be run? The decision becomes one word or two on the link line, and the rest is the user's own.
#include "link/plan.h"

#include "words/allocators.h"
#include "link/conf.h"
#include "message.h"
#include "link/runtime_objects.h"

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

namespace cxx_alloc {
namespace {

/// A linker word: a bare path would be compiled as C++ after `-x c++`, and `-Wl,` splits at commas.
void add_linker_word(Words &words, const std::string &file, llvm::StringSaver &saver) {
  if (llvm::StringRef(file).contains(',')) {
    words.push_back("-Xlinker");
    words.push_back(saver.save(file).data());
  } else {
    words.push_back(saver.save("-Wl," + file).data());
  }
}

/// An object of ours. g++ 12 links libstdc++ for any linker word, but not for the first file behind a -x.
void add_object(Plan &plan, const std::string &file, llvm::StringSaver &saver) {
  if (!plan.link.gains_cxx_runtime) return add_linker_word(plan.our_words, file, saver);
  for (const char *word : {"-x", "none", saver.save(file).data()}) plan.our_words.push_back(word);
}

/// libtool (2.4.7, and every one before) takes a compiler whose name begins with "cxx" for Compaq's, and links with
/// `-rpath DIR`, which g++ 12 refuses. The same in the words that it knows.
Words spell_rpath_for_gnu(const Words &words, llvm::StringSaver &saver) {
  Words spelled;
  for (size_t i = 0; i < words.size(); ++i) {
    bool is_value = i > 0 && llvm::StringRef(words[i - 1]) == "-Xlinker";
    if (llvm::StringRef(words[i]) != "-rpath" || is_value || i + 1 == words.size()) {
      spelled.push_back(words[i]);
      continue;
    }
    add_linker_word(spelled, "-rpath", saver);
    add_linker_word(spelled, words[++i], saver);
  }
  return spelled;
}

llvm::Error no_profiling(llvm::StringRef target, const std::string &why) {
  return make_error("--allocator-profile", "no heap profiling for an executable on " + target + ": " + why,
                    "leave the flag out");
}

/// Build systems put flags everywhere, so where there is nothing to configure or profile only the explanation says so.
llvm::Error tell_of_conf_and_profile(Plan &plan, bool brings_malloc) {
  Decision &decision = plan.decision;
  if (plan.output != Output::executable) return llvm::Error::success();
  if (plan.profile && decision.reason == Reason::unavailable_for_target)
    return no_profiling(plan.target, decision.detail);
  if (brings_malloc) {
    if (plan.profile) decision.detail += "; --allocator-profile: with heap profiling";
    return llvm::Error::success();
  }
  if (plan.profile) decision.detail += "; --allocator-profile has no effect";
  if (!plan.conf.empty()) decision.detail += "; --allocator-conf has no effect";
  return llvm::Error::success();
}

llvm::Expected<std::string> object_of(const Plan &plan, llvm::StringRef name) {
  return runtime_object(plan.runtime_root, plan.decision.allocator, plan.target, name);
}

/// A jemalloc for this library alone. Each word after the objects was found by a crash without it (docs/libraries.md).
llvm::Error add_guest(Plan &plan, llvm::StringSaver &saver) {
  auto guest = object_of(plan, "shared-library.guest");
  if (!guest) return guest.takeError();
  plan.provider = *guest;
  plan.brings_allocator = true;
  add_object(plan, *guest, saver);
  // Destructors of threads outlive a dlclose().
  plan.our_words.push_back("-Wl,-z,nodelete");
  // An archive that carries a malloc for executables must not give it to a library: libc, first, answers for it. As a
  // linker word, for g++ 12 moves a -lc to the end.
  if (!plan.link.facts.carrier.empty()) plan.our_words.push_back("-Wl,-lc");
  if (!plan.link.links_cxx_runtime) return llvm::Error::success();

  plan.with_operators = !plan.link.users_operators;
  if (plan.with_operators) {
    auto operators = object_of(plan, "shared-library-operators.guest");
    if (!operators) return operators.takeError();
    add_object(plan, *operators, saver);
  }
  // Functions of std:: that this library and its host both instantiate would be taken from the host, operators and all.
  plan.our_words.push_back("-Wl,-Bsymbolic");
  // What libstdc++.so grows it frees with the host's delete, so a guest has a C++ runtime of its own, whoever asks for it:
  // the driver, or libtool with a plain -lstdc++. The folder holds linker scripts that name the archives. libgcc stays
  // shared: exceptions cross it. One word each: mold 1.10 takes all memory for `--exclude-libs a:b`.
  std::string folder = plan.runtime_root + "/" + plan.decision.allocator + "/" + plan.target + "/guest";
  plan.our_words.push_back(saver.save("-L" + folder).data());
  plan.our_words.push_back(
      "-Wl,--exclude-libs,libstdc++.a,--exclude-libs,libc++.a,--exclude-libs,libc++abi.a");
  return llvm::Error::success();
}

/// A malloc for the whole program, and the C++ operators on top of it.
llvm::Error add_malloc(Plan &plan, bool with_operators, llvm::StringSaver &saver) {
  // The operators hold the fast paths of the malloc beside them, so there are two pairs.
  bool profile = plan.profile && plan.decision.allocator != "system";
  auto first = object_of(plan, profile ? "executable-profile.o" : "executable.o");
  if (!first) return profile ? no_profiling(plan.target, llvm::toString(first.takeError())) : first.takeError();
  add_object(plan, *first, saver);
  // What glibc 2.36 and libstdc++ do not name is not exported by itself, and a plug-in would not find it: our table for
  // the public API, and C23's sized frees. Known to bfd from 2.35 on, gold, lld and mold. A version script has the last
  // word, and gold warns of names that it hides. A C program that g++ links keeps them to itself: linker words would
  // bring libstdc++ in.
  bool exports = plan.line.linker.version_scripts.empty() && !plan.link.gains_cxx_runtime;
  if (exports) plan.our_words.push_back("-Wl,--export-dynamic-symbol=cxx_alloc_provider");
  if (plan.decision.allocator == "system") return llvm::Error::success();

  if (exports) plan.our_words.push_back("-Wl,--export-dynamic-symbol=free_sized,--export-dynamic-symbol=free_aligned_sized");
  // What the object needs beside libc: the sampling of heap profiles takes logarithms.
  auto libraries = llvm::MemoryBuffer::getFile(llvm::StringRef(*first).drop_back(2) + ".libraries");
  if (libraries) plan.our_words.push_back(saver.save("-Wl," + (*libraries)->getBuffer().trim()).data());
  plan.provider = *first;
  plan.brings_allocator = true;
  plan.with_operators = with_operators;
  if (!plan.conf.empty())
    if (auto error = bake_conf(plan.conf, {plan.runtime_root, plan.decision.allocator, plan.target, profile}, plan.our_words, saver))
      return error;
  if (!with_operators) return llvm::Error::success();
  auto operators = object_of(plan, profile ? "operators-profile.o" : "operators.o");
  if (!operators) return operators.takeError();
  add_object(plan, *operators, saver);
  return llvm::Error::success();
}

/// Fills `our_words` with the runtime objects of the decided allocator.
llvm::Error add_objects(Plan &plan, bool with_operators, llvm::StringSaver &saver) {
  plan.our_words.clear();
  plan.brings_allocator = plan.with_operators = false;
  llvm::StringRef allocator = plan.decision.allocator;
  if (!find_allocator(allocator)) return llvm::Error::success();
  // Each installation has the runtime of its own target: without it something is broken. Other targets may have none.
  if (plan.target != host_target() && !has_runtime(plan.runtime_root, allocator, plan.target))
    return llvm::Error::success();
  if (plan.output == Output::executable) return add_malloc(plan, with_operators, saver);
  if (allocator != "system") return add_guest(plan, saver);
  auto note = object_of(plan, "shared-library.note");
  if (!note) return note.takeError();
  add_object(plan, *note, saver);
  return llvm::Error::success();
}

/// True when the runtime of `allocator` for the plan's output and target is there.
bool is_available(const Plan &plan, llvm::StringRef allocator) {
  // A missing malloc for our own target means that something is broken: an error, when it is opened.
  if (plan.output == Output::executable && plan.target == host_target()) return true;
  if (plan.output == Output::executable) return has_runtime(plan.runtime_root, allocator, plan.target);
  llvm::StringRef needed = plan.output == Output::shared_library ? "shared-library.guest" : "operators-forwarding.o";
  return llvm::sys::fs::exists(plan.runtime_root + "/" + allocator + "/" + plan.target + "/" + needed);
}

/// Decides on the facts of `plan`, and fills in what follows from the decision.
llvm::Error settle(Plan &plan, llvm::StringSaver &saver) {
  const LinkFacts &link = plan.link;
  auto decision = decide(link.facts, [&](llvm::StringRef allocator) { return is_available(plan, allocator); });
  if (!decision) return decision.takeError();
  plan.action = Plan::Action::run_compiler;
  plan.decision = std::move(*decision);
  plan.provider = plan.decision.provider;
  plan.our_words.clear();
  if (plan.decision.allocator == "none") return llvm::Error::success();
  if (plan.output == Output::static_library) {
    bool takes_over = link.family == Family::gnu || plan.decision.allocator != "system" || plan.line.has_sources;
    if (takes_over) plan.action = Plan::Action::build_static_library;
  }
  if (plan.output == Output::static_library || plan.output == Output::relocatable) return llvm::Error::success();

  if (auto error = add_objects(plan, link.links_cxx_runtime && link.calls_operators && !link.users_operators, saver))
    return error;
  bool brings_malloc = plan.brings_allocator && plan.output == Output::executable;
  if (auto error = tell_of_conf_and_profile(plan, brings_malloc)) return error;
  plan.is_uncertain = brings_malloc && link.is_uncertain;
  plan.may_ask = link.may_ask && plan.decision.by_hand.empty();
  if ((plan.brings_allocator || plan.may_ask) && !plan.line.dry_run) plan.action = Plan::Action::run_and_watch;
  // The libraries behind -lalloc_<name> that a plain compiler links are not wanted here: the object does their work,
  // so the linker finds empty archives of that name.
  if (link.facts.library)
    for (const Allocator &allocator : allocators())
      plan.our_words.push_back(
          saver.save("-L" + plan.runtime_root + "/" + allocator.name + "/" + plan.target + "/marker").data());
  return llvm::Error::success();
}

}  // namespace

Words command(const Plan &plan) {
  Words words = plan.compiler_words;
  words.append(plan.our_words);
  words.append(plan.user_words);
  return words;
}

llvm::Expected<Plan> make_plan(const SplitCommand &split, CommandLine line, Compiler compiler,
                               const Environment &environment, llvm::StringRef self, llvm::StringSaver &saver) {
  Plan plan;
  plan.file = compiler.file;
  plan.opened_file = split.opened_file;
  plan.compiler_words = compiler.words;
  plan.user_words = split.forwarded;
  plan.line = std::move(line);
  plan.conf = split.own.conf;
  plan.profile = split.own.profile;

  auto wishes = gather_wishes(split.own.allocator, environment);
  if (!wishes) return wishes.takeError();
  if (!plan.line.not_a_link.empty()) {
    // Only a reader of --print-allocator wants the target, and finding it costs more than all the rest.
    if (split.own.print != OwnOptions::Print::nothing) plan.target = link_target(plan.line, driver_name(compiler));
    wishes->not_a_link = plan.line.not_a_link;
    auto decision = decide(*wishes, [](llvm::StringRef) { return false; });
    if (!decision) return decision.takeError();
    plan.decision = std::move(*decision);
    return plan;
  }

  if (plan.line.has_rpath && identify_family(compiler, driver_name(compiler)) == Family::gnu)
    plan.user_words = spell_rpath_for_gnu(plan.user_words, saver);
  plan.link = gather_facts(std::move(*wishes), plan.line, compiler, plan.user_words, environment);
  plan.expanded = split.expanded;
  plan.output = plan.link.facts.output;
  plan.target = plan.link.facts.target;
  plan.runtime_root = find_runtime_root(environment.runtime_dir, self);
  if (const std::string &injected = plan.link.injected; !injected.empty()) {
    llvm::StringRef folder = llvm::sys::path::parent_path(llvm::sys::path::parent_path(injected));
    plan.decision = {llvm::sys::path::filename(folder).str(), Reason::linked_library,
                     injected + " is on the link line already"};
    plan.provider = injected;
    return plan;
  }
  if (auto error = settle(plan, saver)) return error;
  return plan;
}

llvm::Expected<std::vector<std::pair<std::string, std::string>>> carried_objects(const Plan &plan) {
  std::vector<std::pair<std::string, std::string>> members;
  if (!find_allocator(plan.decision.allocator) || plan.decision.allocator == "system") return members;
  for (llvm::StringRef name : {"executable-carried.o", "operators-forwarding.o"}) {
    auto file = object_of(plan, name);
    if (!file) return file.takeError();
    members.emplace_back("cxx-alloc-" + plan.decision.allocator + "-" + name.str(), *file);
  }
  return members;
}

llvm::Expected<bool> heed_requests(Plan &plan, llvm::ArrayRef<std::string> allocators, llvm::StringSaver &saver) {
  Plan again = plan;
  set_requests(again.link, allocators, plan.line.output.empty() ? "a.out" : plan.line.output);
  again.link.may_ask = false;
  if (auto error = settle(again, saver)) return error;
  bool changed = again.decision.allocator != plan.decision.allocator;
  plan = std::move(again);
  return changed;
}

llvm::Expected<Plan> plan_again(const Plan &before, Finding finding, llvm::StringSaver &saver) {
  Plan plan = before;
  plan.action = Plan::Action::run_compiler;
  std::string output = plan.line.output.empty() ? "a.out" : plan.line.output;
  switch (finding) {
  case Finding::sound:
    break;
  case Finding::user_operators:
    if (auto error = add_objects(plan, /*with_operators=*/false, saver)) return error;
    break;
  case Finding::user_malloc:
    if (!plan.decision.by_hand.empty())
      return make_error("cannot link two allocators", plan.decision.by_hand + " and the malloc that is compiled into " + output,
                        "leave one of them out");
    plan.decision = {"user", Reason::user_symbols, "what is compiled into " + output + " defines malloc"};
    plan.provider = output;
    plan.our_words.clear();
    plan.brings_allocator = false;
    break;
  case Finding::hidden_malloc: {
    std::string hidden = "malloc would be hidden from its shared libraries";
    if (!plan.decision.by_hand.empty())
      return make_error(output, hidden, "export it, or leave " + plan.decision.by_hand + " out");
    plan.decision = {"system", Reason::hidden_by_version_script, output + ": " + hidden};
    plan.decision.notice = plan.decision.detail + ", so the system's is linked";
    plan.provider.clear();
    if (auto error = add_objects(plan, /*with_operators=*/false, saver)) return error;
    break;
  }
  }
  return plan;
}

}  // namespace cxx_alloc
