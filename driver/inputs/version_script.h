// SPDX-License-Identifier: Apache-2.0
// Does a version script hide an executable's malloc from the shared libraries of its process?
#pragma once

#include "words/linker_options.h"

#include <llvm/ADT/StringRef.h>

namespace cxx_alloc {

/// What version scripts make of malloc's family in an executable, the worst last.
enum class Hiding {
  no,
  unless_exported,  ///< GNU ld: hidden, but for --export-dynamic or --export-dynamic-symbol of each function
  unknown,          ///< only the artifact tells
  yes,
};

/// What `text`, an ELF version script, or a VERSION block of a linker script without its braces, makes of malloc's
/// family.
Hiding hiding_of(llvm::StringRef text, Linker linker);

/// The same for the script in `file`. Unknown for what is not a regular file: reading a pipe would take it from the
/// linker.
Hiding hiding_of_file(llvm::StringRef file, Linker linker);

}  // namespace cxx_alloc
