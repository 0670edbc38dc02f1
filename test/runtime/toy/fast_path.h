// SPDX-License-Identifier: Apache-2.0
// What runtime/operators.cc stands on.
#pragma once

#include <cstddef>

extern "C" __attribute__((visibility("hidden"))) void *cxa_toy_allocate(size_t size, size_t alignment);
extern "C" __attribute__((visibility("hidden"))) void cxa_toy_free(void *block);

namespace cxx_alloc_fast_path {

inline void *allocate(size_t size, void *(*fallback)(size_t)) { return fallback(size); }
inline void *allocate_slowly(size_t size) { return cxa_toy_allocate(size, 1); }
inline void *allocate_again(size_t size, size_t alignment) { return cxa_toy_allocate(size, alignment); }
constexpr size_t plain_size(size_t, size_t) { return 0; }
inline void *allocate_aligned(size_t size, size_t alignment) { return cxa_toy_allocate(size, alignment); }
inline void deallocate(void *block) { cxa_toy_free(block); }
inline void deallocate_sized(void *block, size_t) { cxa_toy_free(block); }
inline void deallocate_sized_aligned(void *block, size_t, size_t) { cxa_toy_free(block); }
constexpr bool hands_on() { return false; }
#define CXX_ALLOC_HAND_ON(form, type, ...) static_cast<void>(0)

}  // namespace cxx_alloc_fast_path
