// SPDX-License-Identifier: Apache-2.0
// The symbol names that make an allocator: malloc's family (runtime/malloc_family.inc), and the operators new and
// delete.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringRef.h>

namespace cxx_alloc {

struct MallocFunction {
  llvm::StringRef name;
  enum class Role { heap, block } role;            ///< heap: who defines it has a heap of his own
  enum class Reach { used, offered, rare } reach;  ///< used: the C and C++ libraries refer to it
  /// Libraries may refer to it: an executable must export it, or they would use the C library's beside it.
  bool is_offered() const { return reach != Reach::rare; }
};

/// malloc's family, malloc first.
llvm::ArrayRef<MallocFunction> malloc_family();

/// The function of malloc's family with this name, or null.
const MallocFunction *find_malloc_function(llvm::StringRef symbol);

inline bool is_malloc_name(llvm::StringRef symbol) { return find_malloc_function(symbol); }

/// True for the 20 replaceable forms of operator new and delete, mangled, for 32-bit and 64-bit targets.
bool is_operator_name(llvm::StringRef symbol);

}  // namespace cxx_alloc
