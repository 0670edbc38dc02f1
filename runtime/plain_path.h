// SPDX-License-Identifier: Apache-2.0
// What operators.cc stands on for an allocator with nothing to inline. Included by the fast_path.h of its folder, which
// defines before that, each NULL with errno ENOMEM on failure:
//
//   ALLOCATOR_NEW(size), ALLOCATOR_NEW_ALIGNED(size, alignment)
//   ALLOCATOR_DELETE(block), ALLOCATOR_DELETE_SIZED(block, size),
//   ALLOCATOR_DELETE_SIZED_ALIGNED(block, size, alignment)
#pragma once

namespace cxx_alloc_fast_path {

inline void *allocate(size_t size, void *(*fallback)(size_t)) { return fallback(size); }
inline void *allocate_slowly(size_t size) { return ALLOCATOR_NEW(size); }
inline void *allocate_again(size_t size, size_t alignment) {
  return alignment == 1 ? ALLOCATOR_NEW(size) : ALLOCATOR_NEW_ALIGNED(size, alignment);
}
/// No fast path for aligned blocks here.
constexpr size_t plain_size(size_t, size_t) { return 0; }
inline void *allocate_aligned(size_t size, size_t alignment) { return ALLOCATOR_NEW_ALIGNED(size, alignment); }
inline void deallocate(void *block) { ALLOCATOR_DELETE(block); }
inline void deallocate_sized(void *block, [[maybe_unused]] size_t size) { ALLOCATOR_DELETE_SIZED(block, size); }
inline void deallocate_sized_aligned(void *block, [[maybe_unused]] size_t size, [[maybe_unused]] size_t alignment) {
  ALLOCATOR_DELETE_SIZED_ALIGNED(block, size, alignment);
}

constexpr bool hands_on() { return false; }
#define CXX_ALLOC_HAND_ON(form, type, ...) static_cast<void>(0)

}  // namespace cxx_alloc_fast_path
