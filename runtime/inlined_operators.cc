// SPDX-License-Identifier: Apache-2.0
// The twenty forms of operator new and delete for LTO: what they do where nothing is out of the ordinary. No exception
// starts here, and no new-handler is asked: the ordinary operator does that.
#include <new>

#include "inlined.h"
#include "inlined_path.h"

#define CXX_ALLOC_KEPT cxx_alloc_inlined_operators

namespace fast = cxx_alloc_inlined;
using std::align_val_t;
using std::nothrow_t;

#pragma GCC visibility push(default)
// Operators, not functions that bear their linker names: what compilers know of one that a program may replace (LLVM's
// nobuiltin, GCC's replaceable operators) is part of what they make of this, and LTO goes by that for all calls.
#define FORM(result, function, form, attributes, ...)                                                                  \
  extern "C" result cxx_alloc_operator_##form(__VA_ARGS__) attributes;                                                 \
  CXX_ALLOC_INLINED_OPERATOR result function(__VA_ARGS__) attributes

#define ORDINARY(form, ...) [](size_t size) { return cxx_alloc_operator_##form(size, ##__VA_ARGS__); }

FORM(void *, operator new, new, , size_t size) { return fast::allocate(size, &cxx_alloc_operator_new); }
FORM(void *, operator new[], new_array, , size_t size) { return fast::allocate(size, &cxx_alloc_operator_new_array); }
FORM(void *, operator new, new_nothrow, noexcept, size_t size, const nothrow_t &) {
  return fast::allocate(size, ORDINARY(new_nothrow, std::nothrow));
}
FORM(void *, operator new[], new_array_nothrow, noexcept, size_t size, const nothrow_t &) {
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

FORM(void *, operator new, new_aligned, , size_t size, align_val_t alignment) {
  ALIGNED(cxx_alloc_operator_new_aligned(size, alignment));
}
FORM(void *, operator new[], new_array_aligned, , size_t size, align_val_t alignment) {
  ALIGNED(cxx_alloc_operator_new_array_aligned(size, alignment));
}
FORM(void *, operator new, new_aligned_nothrow, noexcept, size_t size, align_val_t alignment, const nothrow_t &tag) {
  ALIGNED(cxx_alloc_operator_new_aligned_nothrow(size, alignment, tag));
}
FORM(void *, operator new[], new_array_aligned_nothrow, noexcept, size_t size, align_val_t alignment,
     const nothrow_t &tag) {
  ALIGNED(cxx_alloc_operator_new_array_aligned_nothrow(size, alignment, tag));
}

#define OTHERWISE(done) if (__builtin_expect(!(done), 0))

FORM(void, operator delete, delete, noexcept, void *block) {
  OTHERWISE(fast::deallocate(block)) cxx_alloc_operator_delete(block);
}
FORM(void, operator delete[], delete_array, noexcept, void *block) {
  OTHERWISE(fast::deallocate(block)) cxx_alloc_operator_delete_array(block);
}
FORM(void, operator delete, delete_nothrow, noexcept, void *block, const nothrow_t &tag) {
  OTHERWISE(fast::deallocate(block)) cxx_alloc_operator_delete_nothrow(block, tag);
}
FORM(void, operator delete[], delete_array_nothrow, noexcept, void *block, const nothrow_t &tag) {
  OTHERWISE(fast::deallocate(block)) cxx_alloc_operator_delete_array_nothrow(block, tag);
}
FORM(void, operator delete, delete_aligned, noexcept, void *block, align_val_t alignment) {
  OTHERWISE(fast::deallocate(block)) cxx_alloc_operator_delete_aligned(block, alignment);
}
FORM(void, operator delete[], delete_array_aligned, noexcept, void *block, align_val_t alignment) {
  OTHERWISE(fast::deallocate(block)) cxx_alloc_operator_delete_array_aligned(block, alignment);
}
FORM(void, operator delete, delete_aligned_nothrow, noexcept, void *block, align_val_t alignment,
     const nothrow_t &tag) {
  OTHERWISE(fast::deallocate(block)) cxx_alloc_operator_delete_aligned_nothrow(block, alignment, tag);
}
FORM(void, operator delete[], delete_array_aligned_nothrow, noexcept, void *block, align_val_t alignment,
     const nothrow_t &tag) {
  OTHERWISE(fast::deallocate(block)) cxx_alloc_operator_delete_array_aligned_nothrow(block, alignment, tag);
}

FORM(void, operator delete, delete_sized, noexcept, void *block, size_t size) {
  OTHERWISE(fast::deallocate_sized(block, size)) cxx_alloc_operator_delete_sized(block, size);
}
FORM(void, operator delete[], delete_array_sized, noexcept, void *block, size_t size) {
  OTHERWISE(fast::deallocate_sized(block, size)) cxx_alloc_operator_delete_array_sized(block, size);
}
FORM(void, operator delete, delete_sized_aligned, noexcept, void *block, size_t size, align_val_t alignment) {
  size_t plain = fast::plain_size(size, static_cast<size_t>(alignment));
  OTHERWISE(plain != 0 && fast::deallocate_sized(block, plain))
  cxx_alloc_operator_delete_sized_aligned(block, size, alignment);
}
FORM(void, operator delete[], delete_array_sized_aligned, noexcept, void *block, size_t size, align_val_t alignment) {
  size_t plain = fast::plain_size(size, static_cast<size_t>(alignment));
  OTHERWISE(plain != 0 && fast::deallocate_sized(block, plain))
  cxx_alloc_operator_delete_array_sized_aligned(block, size, alignment);
}
#pragma GCC visibility pop

// Both forms of each, for one block and for an array.
#define KEPT(name, ...)                                                                                                \
  reinterpret_cast<const void *>(static_cast<__VA_ARGS__>(&operator name)),                                            \
      reinterpret_cast<const void *>(static_cast<__VA_ARGS__>(&operator name[]))
CXX_ALLOC_KEEP(KEPT(new, void *(*)(size_t)), KEPT(new, void *(*)(size_t, const nothrow_t &)),
               KEPT(new, void *(*)(size_t, align_val_t)), KEPT(new, void *(*)(size_t, align_val_t, const nothrow_t &)),
               KEPT(delete, void (*)(void *)), KEPT(delete, void (*)(void *, const nothrow_t &)),
               KEPT(delete, void (*)(void *, align_val_t)),
               KEPT(delete, void (*)(void *, align_val_t, const nothrow_t &)), KEPT(delete, void (*)(void *, size_t)),
               KEPT(delete, void (*)(void *, size_t, align_val_t)));
