// SPDX-License-Identifier: Apache-2.0
// Does a version script hide malloc from the shared libraries of the process?
#pragma once

#include <llvm/ADT/StringRef.h>

namespace cxx_alloc {

/// True when `text`, an ELF version script, makes a function of the malloc family local.
bool hides_malloc(llvm::StringRef text);

/// The same for the script in `file`. False when it cannot be read: the linker will speak of it.
bool script_file_hides_malloc(llvm::StringRef file);

}  // namespace cxx_alloc
