// SPDX-License-Identifier: Apache-2.0
// Is the allocator in the finished executable whole? Asked where the inputs could not tell beforehand.
#pragma once

#include <llvm/ADT/StringRef.h>

#include <string>
#include <vector>

namespace cxx_alloc {

enum class Finding {
  sound,           ///< ours, whole and exported; or nothing can be read (no ELF file)
  user_malloc,     ///< a function of the malloc family is the user's: compiled on the way, or out of LTO
  hidden_malloc,   ///< a dynamic program does not export it, so its shared libraries use libc's
  user_operators,  ///< malloc is ours, and an operator new or delete is the user's
};

/// Reads what the executable `file` says of the definitions that the linker chose, and what it exports.
/// `with_operators`: our operators were linked as well.
Finding examine_executable(llvm::StringRef file, bool with_operators);

/// The allocators that the sources of `file`, an executable or a shared library, ask for: the notes that
/// <cxx_alloc/use_<allocator>.h> leaves in it. Each once, in the order of the file.
std::vector<std::string> read_requests(llvm::StringRef file);

/// The functions that the shared library `file` exports, as in its symbol table.
std::vector<std::string> exported_functions(llvm::StringRef file);

}  // namespace cxx_alloc
