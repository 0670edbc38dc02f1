// SPDX-License-Identifier: Apache-2.0
// jemalloc's fast paths, for runtime/inlined_malloc.cc and inlined_operators.cc: what becomes part of the user's
// functions.
#pragma once

#include "fast_path.h"

namespace cxx_alloc_inlined {

/// The end of what the compiler may not mix with what stands around it: see tsd_tls.h in the folder inlined.
__attribute__((always_inline)) inline void finish() { __asm__ volatile("" : : : "memory"); }

/// A block of the thread's cache, or what `fallback` gives, which is the ordinary function.
template <class Fallback> __attribute__((always_inline)) inline void *allocate(size_t size, Fallback fallback) {
  void *block = imalloc_fastpath(size, fallback);
  finish();
  return block;
}

/// False where the ordinary function must do it. NULL is allowed.
__attribute__((always_inline)) inline bool deallocate(void *block) {
  bool done = free_fastpath(block, 0, false);
  finish();
  return done;
}
__attribute__((always_inline)) inline bool deallocate_sized(void *block, size_t size) {
  if (unlikely(block == NULL)) return true;
  bool done = free_fastpath(block, size, true);
  finish();
  return done;
}

using cxx_alloc_fast_path::plain_size;

}  // namespace cxx_alloc_inlined
