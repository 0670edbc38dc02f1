// SPDX-License-Identifier: Apache-2.0
// Which link of the log made this program, and can it be made again?
#pragma once

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Error.h>

#include <string>
#include <utility>
#include <vector>

namespace cxx_alloc::compare {

/// What the log says of a link (docs/json.md).
struct Record {
  std::string artifact;   ///< an absolute path
  std::string directory;  ///< in which the link was made
  std::string allocator, target;
  std::vector<std::string> compiler;  ///< launchers and the driver
  std::vector<std::string> words;     ///< those behind it, every @file opened
  std::vector<std::string> options;   ///< ours, the allocator's name left out
  std::vector<std::pair<std::string, std::string>> environment;
};

/// The last link of `program` in `text`, the lines of the log called `log`. A relative path is meant in `directory`.
llvm::Expected<Record> find_record(llvm::StringRef text, llvm::StringRef log, llvm::StringRef program,
                                   llvm::StringRef directory);

}  // namespace cxx_alloc::compare
