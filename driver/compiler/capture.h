// SPDX-License-Identifier: Apache-2.0
// What does the real compiler say when it is asked? For the few questions that no table can answer.
#pragma once

#include <llvm/ADT/ArrayRef.h>

#include <optional>
#include <string>

namespace cxx_alloc {

/// Runs `file` with `words` as argv, without stdin, and gives what it wrote to stdout and stderr together.
/// Nothing when it could not be started. The exit status does not matter: a compiler may print and then fail.
std::optional<std::string> capture_output(const std::string &file, llvm::ArrayRef<const char *> words);

}  // namespace cxx_alloc
