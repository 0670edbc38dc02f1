// SPDX-License-Identifier: Apache-2.0
// What will be run, and with which allocator? Everything is decided here; execute.cc only does it.
#pragma once

#include "words/command_line.h"
#include "compiler/compiler.h"
#include "decision/facts.h"
#include "words/own_options.h"
#include "decision/policy.h"
#include "run/artifact.h"

#include <llvm/Support/Error.h>

#include <string>
#include <vector>

namespace cxx_alloc {

struct Plan {
  enum class Action {
    run_compiler,          ///< exec it
    run_and_watch,         ///< run it, explain a failure if ours was in it, and read what was made where the inputs did not tell
    build_static_library,  ///< compile, then archive: --emit-static-lib over g++, which has no such option
  };
  Action action = Action::run_compiler;
  std::string file;          ///< what execve is given
  Words compiler_words;      ///< argv: the compiler's own words, then ours, then the user's
  Words our_words;
  Words user_words;
  bool opened_file = false;  ///< `user_words` holds the words of an `@file`, and may be too many for execve
  Words expanded;            ///< the user's words, `@files` opened
  CommandLine line;

  Output output = Output::none;
  LinkFacts link;        ///< what `decision` rests on
  Decision decision;
  std::string target;    ///< "x86_64-linux-gnu"
  std::string provider;  ///< file or word that provides malloc, or empty

  std::string runtime_root;
  std::string conf;             ///< options to bake into an executable that gets our malloc
  bool profile = false;         ///< its malloc is the one with heap profiling
  bool with_operators = false;  ///< our C++ operators are among `our_words`
  bool brings_allocator = false;  ///< a jemalloc of ours is: the process's, or a guest
  bool is_uncertain = false;    ///< the inputs do not tell whether the user's code defines malloc, or hides it
  bool may_ask = false;         ///< … or whether a source asks for an allocator, and that would count
};

/// The argv of `plan`.
Words command(const Plan &plan);

/// Plans one run. `split` is the user's command line taken apart, `line` what its words say, `self` our own executable.
llvm::Expected<Plan> make_plan(const SplitCommand &split, CommandLine line, Compiler compiler,
                               const Environment &environment, llvm::StringRef self, llvm::StringSaver &saver);

/// Reconsiders a finished link whose artifact tells that its sources ask for `allocators`. True when `plan`, changed, is to
/// be run once more; false when the artifact is as it should be. An error where they contradict each other or somebody else.
llvm::Expected<bool> heed_requests(Plan &plan, llvm::ArrayRef<std::string> allocators, llvm::StringSaver &saver);

/// The objects that a static library carries for whoever links it, as (name in the archive, path).
llvm::Expected<std::vector<std::pair<std::string, std::string>>> carried_objects(const Plan &plan);

/// What is to be run instead of `plan`, which left an executable of which `finding` is true and which must not stay.
/// An error where the user asked for jemalloc by name.
llvm::Expected<Plan> plan_again(const Plan &plan, Finding finding, llvm::StringSaver &saver);

}  // namespace cxx_alloc
