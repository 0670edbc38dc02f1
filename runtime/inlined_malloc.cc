// SPDX-License-Identifier: Apache-2.0
// malloc and free for LTO. The others of the family stay calls: none of them has a fast path.
#include "inlined.h"
#include "inlined_path.h"

#define CXX_ALLOC_KEPT cxx_alloc_inlined_malloc

#pragma GCC visibility push(default)
extern "C" {
void *cxx_alloc_malloc(size_t size) noexcept;
void cxx_alloc_free(void *block) noexcept;
// Under its own name clang takes a body of malloc for one of its own headers', and makes it another function.
#if defined __clang__ && !defined CXX_ALLOC_OUTLINED
void *inlined_malloc(size_t size) noexcept __asm__("malloc");
void inlined_free(void *block) noexcept __asm__("free");
#else
#define inlined_malloc malloc
#define inlined_free free
#endif
}

CXX_ALLOC_INLINED void *inlined_malloc(size_t size) noexcept {
  return cxx_alloc_inlined::allocate(size, &cxx_alloc_malloc);
}

CXX_ALLOC_INLINED void inlined_free(void *block) noexcept {
  if (__builtin_expect(!cxx_alloc_inlined::deallocate(block), 0)) cxx_alloc_free(block);
}
#pragma GCC visibility pop

CXX_ALLOC_KEEP(reinterpret_cast<const void *>(&inlined_malloc), reinterpret_cast<const void *>(&inlined_free));
