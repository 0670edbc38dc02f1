// SPDX-License-Identifier: Apache-2.0
// Which functions of a shared library hand memory over? A guest frees what it allocated, and nobody else may.
#pragma once

#include <llvm/ADT/StringRef.h>

#include <string>

namespace cxx_alloc {

struct Boundary {
  unsigned count = 0;  ///< exported functions with a parameter of std:: that owns memory and may change hands
  std::string first;   ///< the first of them by name, demangled
};

/// True when `mangled` takes a std:: type that owns memory, by value or by a pointer or reference that is not to const.
/// Results are not part of a function's name, so what it returns is not seen.
bool hands_memory_over(llvm::StringRef mangled);

/// Of the shared library `file`.
Boundary examine_boundary(const std::string &file);

}  // namespace cxx_alloc
