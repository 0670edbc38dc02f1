// SPDX-License-Identifier: Apache-2.0
// jemalloc's fast paths, for runtime/operators.cc to inline. The slow ends are hidden names of executable.o.
#pragma once

extern "C" {
#include "jemalloc/internal/jemalloc_preamble.h"

#include "jemalloc/internal/jemalloc_internal_includes.h"
}
#include "internal.h"

namespace cxx_alloc_fast_path {

__attribute__((always_inline)) inline void *allocate(size_t size, void *(*fallback)(size_t)) {
  return imalloc_fastpath(size, fallback);
}
inline void *allocate_slowly(size_t size) { return malloc_default(size); }
inline void *allocate_again(size_t size, size_t alignment) {
  return alignment == 1 ? malloc_default(size) : cxa_je_allocate_aligned(size, alignment);
}

// A small size that is a multiple of `alignment` has a class that is one too; and jemalloc takes for an aligned block
// the class of the size rounded up (sz_sa2u). So a plain block of the size returned is aligned, and has the class that
// a sized delete expects. 0 if there is none. No more than a cache line: a block that profiling samples has no more.
__attribute__((always_inline)) inline size_t plain_size(size_t size, size_t alignment) {
  if (alignment - 1 >= CACHELINE || (alignment & (alignment - 1)) != 0 || size > SC_LOOKUP_MAXCLASS) return 0;
  return (size + !size + alignment - 1) & ~(alignment - 1);
}
inline void *allocate_aligned(size_t size, size_t alignment) { return cxa_je_allocate_aligned(size, alignment); }

// 5.3.0 keeps these paths in its jemalloc.c; from 5.3.1 on they are in its headers.
#ifdef CXX_ALLOC_JEMALLOC_5_3_0
inline void deallocate(void *block) { cxa_je_deallocate(block); }
inline void deallocate_sized(void *block, size_t size) { cxa_je_deallocate_sized(block, size); }
#else
__attribute__((always_inline)) inline void deallocate(void *block) { je_free_impl(block); }
__attribute__((always_inline)) inline void deallocate_sized(void *block, size_t size) {
  if (likely(block != NULL)) je_sdallocx_noflags(block, size);
}
#endif
inline void deallocate_sized_aligned(void *block, size_t size, size_t alignment) {
  cxa_je_deallocate_sized_aligned(block, size, alignment);
}

// An executable's operators are the process's.
constexpr bool hands_on() { return false; }
#define CXX_ALLOC_HAND_ON(form, type, ...) static_cast<void>(0)

}  // namespace cxx_alloc_fast_path
