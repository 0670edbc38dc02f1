// SPDX-License-Identifier: Apache-2.0
// What mimalloc's main-override programs expect of <mimalloc.h>, on the malloc of the process: blocks from both
// families of names go back through either.
#pragma once
#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define mi_version() ((void)0)
#define mi_collect(force) ((void)malloc_trim(0))
#define mi_stats_reset() ((void)0)
#define mi_stats_print(out) ((void)0)
#define mi_debug_show_arenas() ((void)0)
#define mi_malloc(size) malloc(size)
#define mi_malloc_aligned(size, alignment)                                                                             \
  aligned_alloc(alignment, ((size) + (alignment) - 1) / (alignment) * (alignment))
#define mi_realloc(block, size) realloc(block, size)
#define mi_free(block) free(block)
#define mi_strdup(text) strdup(text)
#define mi_reserve_os_memory(size, commit, large) 0
#define mi_reserve_huge_os_pages(pages, seconds, reserved) 0

// A heap of its own is the one thing malloc has not; the blocks go through malloc.
typedef int mi_heap_t;
#define mi_heap_new() ((mi_heap_t *)NULL)
#define mi_heap_delete(heap) ((void)(heap))
#define mi_heap_malloc(heap, size) ((void)(heap), malloc(size))

// NetBSD's reallocarr.
static inline int reallocarr(void *address, size_t count, size_t size) {
  void *moved = reallocarray(*(void **)address, count, size);
  if (moved == NULL) return errno;
  *(void **)address = moved;
  return 0;
}

#ifdef __cplusplus
#include <memory>
template <class T> using mi_stl_allocator = std::allocator<T>;
template <class T> using mi_heap_stl_allocator = std::allocator<T>;
template <class T> using mi_heap_destroy_stl_allocator = std::allocator<T>;
#endif
