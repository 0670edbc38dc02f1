// SPDX-License-Identifier: Apache-2.0
// The command line of an audit, judged as a whole before anything is read: an audit of a large tree takes a while.
#pragma once

#include "words/own_options.h"

#include <string>
#include <vector>

namespace cxx_alloc::audit {

/// The files, folders and processes that are named among `words`; an error if a word or an option has no place there.
llvm::Expected<std::vector<std::string>> read_words(const OwnOptions &options, llvm::ArrayRef<const char *> words);

/// The number of a process, if `word` is one.
std::optional<unsigned long> process_number(llvm::StringRef word);

}  // namespace cxx_alloc::audit
