// SPDX-License-Identifier: Apache-2.0
// A command line that is too long for execve.
#pragma once

#include "run/outcome.h"

namespace cxx_alloc {

/// The text of an @file that holds `words`, one a line, as g++ 12 and clang 22 read it.
std::string response_file_text(llvm::ArrayRef<llvm::StringRef> words);

/// A line that execve would refuse (E2BIG: 128 KiB a word, 2 MiB in all as a rule) came from an `@file`, and goes back
/// into one: without a name, and kept open across exec. The words up to the driver stay in argv.
void move_words_into_file(Job &job, llvm::StringSaver &saver);

}  // namespace cxx_alloc
