// SPDX-License-Identifier: Apache-2.0
// What the real compiler says when it is asked: for the few questions that no table can answer.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/Support/Error.h>

#include <optional>
#include <string>

namespace cxx_alloc {

/// Runs `file` with `words` as argv, without stdin, and gives what it wrote to stdout and stderr together.
/// Nothing when it could not be started. The exit status does not matter: a compiler may print and then fail. An error
/// where the answer is our own, that a script calls us back for ever.
llvm::Expected<std::optional<std::string>> capture_output(const std::string &file, llvm::ArrayRef<const char *> words);

}  // namespace cxx_alloc
