// SPDX-License-Identifier: Apache-2.0
// The symbol names that make an allocator.
#include "words/symbol_names.h"

namespace cxx_alloc {
namespace {

constexpr MallocFunction family[] = {
#define FUNCTION(name, role, reach) {#name, MallocFunction::Role::role, MallocFunction::Reach::reach},
#include "runtime/malloc_family.inc"
#undef FUNCTION
};

}  // namespace

llvm::ArrayRef<MallocFunction> malloc_family() { return family; }

const MallocFunction *find_malloc_function(llvm::StringRef symbol) {
  for (const MallocFunction &function : family)
    if (function.name == symbol) return &function;
  return nullptr;
}

// [new.delete]: the size is `m` (unsigned long) or, on 32-bit targets, `j` (unsigned int). Placement new, `_ZnwmPv`, is
// not replaceable.
bool is_operator_name(llvm::StringRef symbol) {
  llvm::StringRef rest = symbol;
  bool is_new = rest.consume_front("_Znw") || rest.consume_front("_Zna");
  if (is_new) {
    if (!rest.consume_front("m") && !rest.consume_front("j")) return false;
  } else if (!rest.consume_front("_ZdlPv") && !rest.consume_front("_ZdaPv")) {
    return false;
  }
  bool is_sized_delete = !is_new && (rest.consume_front("m") || rest.consume_front("j"));
  if (rest.empty() || rest == "St11align_val_t") return true;
  return !is_sized_delete && (rest == "RKSt9nothrow_t" || rest == "St11align_val_tRKSt9nothrow_t");
}

}  // namespace cxx_alloc
