// SPDX-License-Identifier: Apache-2.0
// What runtime/operators.cc stands on: mimalloc's functions, with nothing to inline.
#pragma once

#include "internal.h"

namespace cxx_alloc_fast_path {

inline void *allocate(size_t size, void *(*fallback)(size_t)) { return fallback(size); }
inline void *allocate_slowly(size_t size) { return cxa_mimalloc_new(size); }
inline void *allocate_again(size_t size, size_t alignment) {
  return alignment == 1 ? cxa_mimalloc_new(size) : cxa_mimalloc_new_aligned(size, alignment);
}
/// No fast path for aligned blocks here.
constexpr size_t plain_size(size_t, size_t) { return 0; }
inline void *allocate_aligned(size_t size, size_t alignment) { return cxa_mimalloc_new_aligned(size, alignment); }
inline void deallocate(void *block) { cxa_mimalloc_delete(block); }
inline void deallocate_sized(void *block, size_t) { cxa_mimalloc_delete(block); }
inline void deallocate_sized_aligned(void *block, size_t, size_t) { cxa_mimalloc_delete(block); }

constexpr bool hands_on() { return false; }
#define CXX_ALLOC_HAND_ON(form, type, ...) static_cast<void>(0)

}  // namespace cxx_alloc_fast_path
