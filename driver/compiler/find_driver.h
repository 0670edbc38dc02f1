// SPDX-License-Identifier: Apache-2.0
// Which word of a command is the compiler driver? Launchers may stand in front of it, and words of its own behind it.
#pragma once

#include "compiler/driver_names.h"
#include "compiler/launchers.h"

namespace cxx_alloc {

struct DriverWord {
  size_t index = 0;        ///< of the driver among the words
  bool is_certain = true;  ///< false behind a launcher that may change the driver's words, or what it reads
  Launched launched;       ///< that it runs in
};

/// Finds the driver among `words`, at least one: "ccache g++ -m32", "env A=B clang++". `is_program` tells whether a
/// word could be run; it is asked of a relative path with the folder in front that the launchers change to. Words of
/// launchers may be rewritten, to others that mean the same.
DriverWord find_driver(Words &words, llvm::StringSaver &saver, llvm::function_ref<bool(llvm::StringRef)> is_program);

/// `path`, or where it is relative and has a folder in it, the file that it means in `folder`, which may be empty.
std::string in_folder(llvm::StringRef folder, llvm::StringRef path);

}  // namespace cxx_alloc
