// SPDX-License-Identifier: Apache-2.0
// A program in which LTO has inlined the fast paths, under a tool that puts its own malloc in the place of ours:
// valgrind. It does so where the functions begin, so what was inlined would put the tool's blocks into jemalloc's
// caches. It must not: all threads take the slow path then, which begins with a call of the function
// (runtime/inlined.h), and that is the tool's.
#include "jemalloc/internal/jemalloc_preamble.h"

#include "jemalloc/internal/jemalloc_internal_includes.h"

void *cxx_alloc_malloc(size_t size);
void cxx_alloc_free(void *block);

static void start(void) {
  void *block = cxx_alloc_malloc(1);
  tsdn_t *tsdn = tsdn_fetch();
  if (block != NULL && ivsalloc(tsdn, block) == 0) tsd_global_slow_inc(tsdn);
  cxx_alloc_free(block);
}
__attribute__((section(".preinit_array"), used)) static void (*const start_early)(void) = start;
