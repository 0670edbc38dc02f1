// SPDX-License-Identifier: Apache-2.0
// Is this library an allocator, and whose?
#pragma once

#include "inputs/scan.h"

namespace cxx_alloc {

/// True when `input` names a known allocator library, by -l, -l: or path, in whatever version. Where the file can be
/// read, it must really define malloc: a libjemalloc built with a prefix does not replace anything.
bool is_allocator_library(const LinkInput &input, const LibrarySearch &search);

/// The allocator that the library `file` is by its name, "libtcmalloc_minimal.so.4": "tcmalloc", "sanitizer", "user"
/// for one without a name here, "system" for one that looks at glibc's; or empty.
llvm::StringRef allocator_of_library(llvm::StringRef file);

/// True if whoever links the library `file` gets its malloc, by its name: libtbbmalloc_proxy.so.2, and not
/// libtbbmalloc.so.2.
bool promises_malloc(llvm::StringRef file);

}  // namespace cxx_alloc
