// SPDX-License-Identifier: Apache-2.0
// The twenty forms of operator new and delete for LTO: what they do where nothing is out of the ordinary. No exception
// starts here, and no new-handler is asked: the ordinary operator does that.
#include <new>

#include "inlined.h"
#include "inlined_path.h"
#include "join.h"

#define CXX_ALLOC_KEPT cxx_alloc_inlined_operators

namespace fast = cxx_alloc_inlined;
using std::align_val_t;
using std::nothrow_t;

#pragma GCC visibility push(default)
// An operator cannot be declared inline, a function that bears its linker name can.
#define FORM(result, form, mangled, attribute, ...)                                                                    \
  extern "C" attribute result cxx_alloc_operator_##form(__VA_ARGS__);                                                  \
  extern "C" attribute result inlined_##form(__VA_ARGS__) __asm__(mangled);                                            \
  CXX_ALLOC_INLINED result inlined_##form(__VA_ARGS__)
// Not noexcept, which compilers keep by a handler: it would be one more thing in the user's function.
#define NOTHROW __attribute__((nothrow))

#define ORDINARY(form, ...) [](size_t size) { return cxx_alloc_operator_##form(size, ##__VA_ARGS__); }

FORM(void *, new, "_Znw" CXX_ALLOC_SIZE, , size_t size) { return fast::allocate(size, &cxx_alloc_operator_new); }
FORM(void *, new_array, "_Zna" CXX_ALLOC_SIZE, , size_t size) {
  return fast::allocate(size, &cxx_alloc_operator_new_array);
}
FORM(void *, new_nothrow, "_Znw" CXX_ALLOC_SIZE "RKSt9nothrow_t", NOTHROW, size_t size, const nothrow_t &) {
  return fast::allocate(size, ORDINARY(new_nothrow, std::nothrow));
}
FORM(void *, new_array_nothrow, "_Zna" CXX_ALLOC_SIZE "RKSt9nothrow_t", NOTHROW, size_t size, const nothrow_t &) {
  return fast::allocate(size, ORDINARY(new_array_nothrow, std::nothrow));
}

// The size and the alignment are constants, as a rule; then nothing is left of the question.
__attribute__((always_inline)) inline void *allocate_aligned(size_t size, align_val_t alignment) {
  size_t plain = fast::plain_size(size, static_cast<size_t>(alignment));
  return plain != 0 ? fast::allocate(plain, [](size_t) -> void * { return nullptr; }) : nullptr;
}
#define ALIGNED(ordinary)                                                                                              \
  void *block = allocate_aligned(size, alignment);                                                                     \
  return __builtin_expect(block != nullptr, 1) ? block : ordinary

FORM(void *, new_aligned, "_Znw" CXX_ALLOC_SIZE "St11align_val_t", , size_t size, align_val_t alignment) {
  ALIGNED(cxx_alloc_operator_new_aligned(size, alignment));
}
FORM(void *, new_array_aligned, "_Zna" CXX_ALLOC_SIZE "St11align_val_t", , size_t size, align_val_t alignment) {
  ALIGNED(cxx_alloc_operator_new_array_aligned(size, alignment));
}
FORM(void *, new_aligned_nothrow, "_Znw" CXX_ALLOC_SIZE "St11align_val_tRKSt9nothrow_t", NOTHROW, size_t size,
     align_val_t alignment, const nothrow_t &tag) {
  ALIGNED(cxx_alloc_operator_new_aligned_nothrow(size, alignment, tag));
}
FORM(void *, new_array_aligned_nothrow, "_Zna" CXX_ALLOC_SIZE "St11align_val_tRKSt9nothrow_t", NOTHROW, size_t size,
     align_val_t alignment, const nothrow_t &tag) {
  ALIGNED(cxx_alloc_operator_new_array_aligned_nothrow(size, alignment, tag));
}

#define OTHERWISE(done) if (__builtin_expect(!(done), 0))

FORM(void, delete, "_ZdlPv", NOTHROW, void *block) {
  OTHERWISE(fast::deallocate(block)) cxx_alloc_operator_delete(block);
}
FORM(void, delete_array, "_ZdaPv", NOTHROW, void *block) {
  OTHERWISE(fast::deallocate(block)) cxx_alloc_operator_delete_array(block);
}
FORM(void, delete_nothrow, "_ZdlPvRKSt9nothrow_t", NOTHROW, void *block, const nothrow_t &tag) {
  OTHERWISE(fast::deallocate(block)) cxx_alloc_operator_delete_nothrow(block, tag);
}
FORM(void, delete_array_nothrow, "_ZdaPvRKSt9nothrow_t", NOTHROW, void *block, const nothrow_t &tag) {
  OTHERWISE(fast::deallocate(block)) cxx_alloc_operator_delete_array_nothrow(block, tag);
}
FORM(void, delete_aligned, "_ZdlPvSt11align_val_t", NOTHROW, void *block, align_val_t alignment) {
  OTHERWISE(fast::deallocate(block)) cxx_alloc_operator_delete_aligned(block, alignment);
}
FORM(void, delete_array_aligned, "_ZdaPvSt11align_val_t", NOTHROW, void *block, align_val_t alignment) {
  OTHERWISE(fast::deallocate(block)) cxx_alloc_operator_delete_array_aligned(block, alignment);
}
FORM(void, delete_aligned_nothrow, "_ZdlPvSt11align_val_tRKSt9nothrow_t", NOTHROW, void *block, align_val_t alignment,
     const nothrow_t &tag) {
  OTHERWISE(fast::deallocate(block)) cxx_alloc_operator_delete_aligned_nothrow(block, alignment, tag);
}
FORM(void, delete_array_aligned_nothrow, "_ZdaPvSt11align_val_tRKSt9nothrow_t", NOTHROW, void *block,
     align_val_t alignment, const nothrow_t &tag) {
  OTHERWISE(fast::deallocate(block)) cxx_alloc_operator_delete_array_aligned_nothrow(block, alignment, tag);
}

FORM(void, delete_sized, "_ZdlPv" CXX_ALLOC_SIZE, NOTHROW, void *block, size_t size) {
  OTHERWISE(fast::deallocate_sized(block, size)) cxx_alloc_operator_delete_sized(block, size);
}
FORM(void, delete_array_sized, "_ZdaPv" CXX_ALLOC_SIZE, NOTHROW, void *block, size_t size) {
  OTHERWISE(fast::deallocate_sized(block, size)) cxx_alloc_operator_delete_array_sized(block, size);
}
FORM(void, delete_sized_aligned, "_ZdlPv" CXX_ALLOC_SIZE "St11align_val_t", NOTHROW, void *block, size_t size,
     align_val_t alignment) {
  size_t plain = fast::plain_size(size, static_cast<size_t>(alignment));
  OTHERWISE(plain != 0 && fast::deallocate_sized(block, plain))
  cxx_alloc_operator_delete_sized_aligned(block, size, alignment);
}
FORM(void, delete_array_sized_aligned, "_ZdaPv" CXX_ALLOC_SIZE "St11align_val_t", NOTHROW, void *block, size_t size,
     align_val_t alignment) {
  size_t plain = fast::plain_size(size, static_cast<size_t>(alignment));
  OTHERWISE(plain != 0 && fast::deallocate_sized(block, plain))
  cxx_alloc_operator_delete_array_sized_aligned(block, size, alignment);
}
#pragma GCC visibility pop

#define X(form, mangled) reinterpret_cast<const void *>(&inlined_##form),
CXX_ALLOC_KEEP(CXX_ALLOC_OPERATORS(X));
#undef X
