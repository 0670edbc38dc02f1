// SPDX-License-Identifier: Apache-2.0
// Programs that run the command behind them: ccache, env, nice. Each has options of its own.
#pragma once

#include "words/own_options.h"

#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/ADT/StringRef.h>

#include <cstddef>
#include <string>

namespace cxx_alloc {

/// True for the name of a launcher, without its folder.
bool is_launcher(llvm::StringRef name);

/// What the launchers of a command change for those behind them.
struct Launched {
  std::string folder;              ///< where `env -C` runs the command, an absolute path; or empty
  bool changes_variables = false;  ///< … one that compilers or linkers read
  std::string unread;              ///< the value of an `env -S` with more in it than words and quotes, or empty
};

/// The index of the command that the launcher `words[at]` runs, or `at` where there is none. `is_program` tells whether
/// a word could be run. Rewrites `words` to mean the same in every folder and without `env -S`.
size_t read_launcher(Words &words, size_t at, Launched &launched, llvm::StringSaver &saver,
                     llvm::function_ref<bool(llvm::StringRef)> is_program);

}  // namespace cxx_alloc
