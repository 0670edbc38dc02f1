// SPDX-License-Identifier: Apache-2.0
// What will be run, and with which allocator? Everything is decided here; execute.cc only does it.
#pragma once

#include "command_line.h"
#include "compiler.h"
#include "own_options.h"
#include "policy.h"

#include <llvm/Support/Error.h>

#include <string>

namespace cxx_alloc {

struct Plan {
  enum class Action {
    run_compiler,          ///< exec `argv`
    build_static_library,  ///< compile, then archive: --emit-static-lib over g++, which has no such option
  };
  Action action = Action::run_compiler;
  std::string file;       ///< what execve is given
  Words argv;             ///< the compiler's words, ours, the user's
  bool opened_file = false;  ///< `argv` holds the words of an `@file`, and may be too long for execve
  Output output = Output::none;
  Decision decision;
  std::string target;     ///< "x86_64-linux-gnu"
  std::string provider;   ///< file or word that provides malloc, or empty
  bool verbose = false;   ///< -v: one line goes before the compiler's

  // For build_static_library.
  size_t compiler_words = 0;  ///< how many words of `argv` are the compiler's own
  Words expanded;             ///< the user's words, `@files` opened
  CommandLine line;
};

/// Plans one run. `split` is the user's command line taken apart, `line` what its words say, `self` our own executable.
llvm::Expected<Plan> make_plan(const SplitCommand &split, CommandLine line, Compiler compiler, const Environment &environment,
                               llvm::StringRef self, llvm::StringSaver &saver);

}  // namespace cxx_alloc
