// SPDX-License-Identifier: Apache-2.0
// How do the words of --allocator-conf get into an executable, and are they right?
#pragma once

#include "words/own_options.h"

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/StringSaver.h>

#include <string>

namespace cxx_alloc {

/// The runtime that options are baked for.
struct ConfTarget {
  llvm::StringRef runtime_root;
  llvm::StringRef allocator;
  llvm::StringRef target;
  bool profile = false;  ///< its executable.o is the one with heap profiling
};

/// Adds the linker words that bake `conf` ("key:value,key:value") to `words`. An error names the key or the value that
/// the allocator does not take.
llvm::Error bake_conf(llvm::StringRef conf, const ConfTarget &target, Words &words, llvm::StringSaver &saver);

/// What is wrong with `conf`, from the answer of the allocator's program `check`: one line of words separated by tabs,
/// which docs/allocators.md lists; or success, and then `baked` is the whole string to bake.
llvm::Error read_verdict(llvm::StringRef conf, llvm::StringRef answer, std::string &baked);

}  // namespace cxx_alloc
