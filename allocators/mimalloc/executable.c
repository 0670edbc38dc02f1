// SPDX-License-Identifier: Apache-2.0
// mimalloc as the malloc of an executable: its sources, in one file with ours, so that its fast paths are inlined into
// malloc and free and every name of its own is out of sight.
// clang-format off: the first stands in for functions of libc, until the third.
#include "libc_instead.h"
#include "static.c"
#include "leave_libc_alone.h"
// clang-format on

#include <limits.h>
#include <stddef.h>

#include "contract.h"
#include "fork.h"
#include "internal.h"
#include "startup.h"

enum { natural_alignment = 2 * sizeof(void *) };

static int cxa_at_exit(void (*function)(void)) {
  bool acts = mi_option_is_enabled(mi_option_show_stats) || mi_option_is_enabled(mi_option_verbose) ||
              mi_option_is_enabled(mi_option_destroy_on_exit);
  return acts ? atexit(function) : 0;
}

// Before the constructors of all libraries, as for jemalloc.
static void start(int count, char **arguments, char **environment) {
  (void)count;
  (void)arguments;
  cxx_alloc_start(environment);
  mi_process_load();
  mi_free(mi_malloc(1));
  cxx_alloc_serves = true;
  register_fork();
}
__attribute__((section(".preinit_array"), used)) static void (*const start_early)(int, char **, char **) = start;

static inline void *checked(void *block) {
  if (__builtin_expect(block == NULL, 0)) errno = ENOMEM;
  return block;
}

static __attribute__((used)) void *exact_malloc(size_t size) { return checked(mi_malloc(size)); }
static __attribute__((used)) void *exact_calloc(size_t count, size_t size) { return checked(mi_calloc(count, size)); }
static __attribute__((used)) void exact_free(void *block) { mi_free(block); }
static __attribute__((used)) void *exact_realloc(void *block, size_t size) {
  if (__builtin_expect(size == 0 && block != NULL, 0)) {  // as glibc
    mi_free(block);
    return NULL;
  }
  return checked(mi_realloc(block, size));
}
static __attribute__((used)) size_t exact_usable_size(void *block) { return mi_usable_size(block); }

// mi_malloc_aligned() of 2.0.9 takes any block of 256, 512 or 1024 bytes for aligned to its size, and its pages begin
// at 384 bytes (issue 700 of mimalloc, mended after it). With an offset it looks.
static void *allocate_aligned(size_t size, size_t alignment) {
  return checked(mi_malloc_aligned_at(size ? size : 1, alignment, 0));
}
static void free_sized_block(void *block, size_t size) {
  (void)size;
  mi_free(block);
}
static void free_aligned_block(void *block, size_t size, size_t alignment) {
  (void)size;
  (void)alignment;
  mi_free(block);
}

void *cxa_mimalloc_new(size_t size) { return checked(mi_malloc(size)); }
void *cxa_mimalloc_new_aligned(size_t size, size_t alignment) { return allocate_aligned(size, alignment); }
void cxa_mimalloc_delete(void *block) { mi_free(block); }

static void *provider_allocate(size_t size, size_t alignment) {
  return alignment <= natural_alignment ? exact_malloc(size ? size : 1) : allocate_aligned(size, alignment);
}

static void *provider_reallocate(void *block, size_t old_size, size_t new_size, size_t alignment) {
  (void)old_size;
  if (alignment <= natural_alignment) return checked(mi_realloc(block, new_size ? new_size : 1));
  return checked(mi_realloc_aligned(block, new_size ? new_size : 1, alignment));
}

static size_t provider_reallocate_in_place(void *block, size_t old_size, size_t new_size, size_t alignment) {
  (void)old_size;
  (void)new_size;
  (void)alignment;
  return mi_usable_size(block);
}

static size_t provider_usable_size(size_t size, size_t alignment) {
  (void)alignment;
  return mi_good_size(size ? size : 1);
}

static bool add_page(mi_heap_t *heap, mi_page_queue_t *queue, mi_page_t *page, void *figures, void *unused) {
  (void)heap;
  (void)queue;
  (void)unused;
  struct cxx_alloc_figures *out = figures;
  size_t size = mi_page_block_size(page);
  out->allocated += page->used * size;
  out->active += page->capacity * size;
  return true;
}

// Of blocks, mimalloc knows those of the thread that asks: it has no list of threads, and counts no blocks of its own
// accord. What it has of the kernel it counts for all.
static int provider_figures(struct cxx_alloc_figures *out) {
  *out = (struct cxx_alloc_figures){0};
  mi_heap_t *heap = mi_get_default_heap();
  if (mi_heap_is_initialized(heap)) {
    mi_heap_visit_pages(heap, add_page, out, NULL);
    out->metadata = sizeof *heap + sizeof *heap->tld;
  }
  mi_stats_merge();
  int64_t mapped = _mi_stats_main.reserved.current;
  out->mapped = mapped > 0 ? (size_t)mapped : 0;
  return 0;
}

// mi_collect() leaves what is free in segments that are in use until its delay is over.
static int provider_purge(void) {
  mi_collect(true);
  mi_heap_t *heap = mi_get_default_heap();
  if (!mi_heap_is_initialized(heap)) return 1;
  mi_segments_tld_t *segments = &heap->tld->segments;
  for (size_t i = 0; i <= MI_SEGMENT_BIN_MAX; i++)
    for (mi_slice_t *slice = segments->spans[i].first; slice; slice = slice->next)
      mi_segment_delayed_decommit(_mi_ptr_segment(slice), true, segments->stats);
  return 1;
}

static int provider_dump_profile(const char *path) {
  (void)path;
  return ENOTSUP;
}

#define allocator_aligned allocate_aligned
#define allocator_free_sized free_sized_block
#define allocator_free_aligned free_aligned_block
#define ALLOCATOR_ROUTINES                                                                                             \
  .name = "mimalloc", .version = CXX_ALLOC_ALLOCATOR_VERSION, .allocate = provider_allocate,                           \
  .deallocate = free_aligned_block, .reallocate = provider_reallocate,                                                 \
  .reallocate_in_place = provider_reallocate_in_place, .usable_size = provider_usable_size,                            \
  .figures = provider_figures, .purge = provider_purge, .dump_profile = provider_dump_profile
#define ALLOCATOR_MALLOC exact_malloc
#include "malloc_family.h"
