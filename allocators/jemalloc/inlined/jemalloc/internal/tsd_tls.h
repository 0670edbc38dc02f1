// SPDX-License-Identifier: Apache-2.0
// Stands before jemalloc's header of this name where its fast paths are inlined into the user's code: there the address
// of the thread's data is computed anew each time, and nothing of it is known from before.
//
// - A compiler that sees a thread-local variable may compute its address once for a function. A program that moves a
// stack to
//   another thread (fibers that are stolen) is right as long as malloc is a call, and would put blocks into the cache
//   of a thread that is gone. So: volatile.
// - Compilers take it that calloc, realloc, free and the like, where they stay calls, change nothing that the program
// can see.
//   It can see the cache now, and a block that calloc has taken would be taken again. So: "memory", here and where the
//   path ends.
#include_next "jemalloc/internal/tsd_tls.h"

#define CXX_ALLOC_TEXT_OF(name) #name
#define CXX_ALLOC_TEXT(name) CXX_ALLOC_TEXT_OF(name)

JEMALLOC_ALWAYS_INLINE tsd_t *cxx_alloc_tsd_here(void) {
  tsd_t *tsd;
#ifdef __x86_64__
  __asm__ volatile("mov %%fs:0, %0\n\tlea " CXX_ALLOC_TEXT(tsd_tls) "@tpoff(%0), %0" : "=r"(tsd) : : "memory");
#else
#error not written for this target; leave it out in build.py
#endif
  if (tsd == NULL) __builtin_unreachable();
  return tsd;
}
#define tsd_get(init) cxx_alloc_tsd_here()
