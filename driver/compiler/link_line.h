// SPDX-License-Identifier: Apache-2.0
// The linker command that the real driver would run. Asked for only where a file that we do not read changes the link.
#pragma once

#include "compiler/compiler.h"
#include "words/command_line.h"

#include <optional>
#include <string>

namespace cxx_alloc {

/// What makes the link line ambiguous ("-specs=musl-gcc.specs"), or nothing.
std::optional<std::string> needs_judge(const CommandLine &line, Family family, const Compiler &compiler,
                                       const Environment &environment);

/// The linker command that `compiler` would run for `words`, from its -### (5 ms for g++ 12, 30 ms for clang 22).
llvm::Expected<std::optional<std::string>> ask_link_line(const Compiler &compiler, llvm::ArrayRef<const char *> words);

/// Puts what `link_line` says into `line` and `target`. `word` is what made it ambiguous.
void apply_link_line(llvm::StringRef link_line, llvm::StringRef word, CommandLine &line, std::string &target);

}  // namespace cxx_alloc
