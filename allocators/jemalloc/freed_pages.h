// SPDX-License-Identifier: Apache-2.0
// Included before jemalloc's arena.c, extent.c, pac.c and tcache.c: puts the rules of freed_pages.c in the place of theirs.
// CXX_ALLOC_IN_<file> says which of them it is.
#pragma once

#include "jemalloc/internal/jemalloc_preamble.h"

#include "jemalloc/internal/jemalloc_internal_includes.h"

#pragma GCC visibility push(hidden)
bool cxa_je_idle_arena_keeps_pages(arena_t *arena);
bool cxa_je_huge_arena_keeps_pages(pac_t *pac);
size_t cxa_je_huge_arena_makes_room(tsdn_t *tsdn, pac_t *pac, size_t alignment);
#pragma GCC visibility pop

#if defined CXX_ALLOC_IN_tcache
// tcache_destroy() purges an arena that has no threads any more.
static inline unsigned cxa_threads_or_pages(arena_t *arena, bool internal) {
  unsigned threads = arena_nthreads_get(arena, internal);
  return threads != 0 ? threads : cxa_je_idle_arena_keeps_pages(arena);
}
#undef arena_nthreads_get
#define arena_nthreads_get(arena, internal) cxa_threads_or_pages(arena, internal)

#elif defined CXX_ALLOC_IN_arena
// Where the decay time is 0, arena_handle_deferred_work() purges whatever is freed.
static inline bool cxa_decay_immediately(decay_t *decay) {
  return decay_immediately(decay) &&
         !cxa_je_huge_arena_keeps_pages((pac_t *)((char *)decay - offsetof(pac_t, decay_dirty)));
}
#define decay_immediately(decay) cxa_decay_immediately(decay)

// arena_init_huge() itself is in freed_pages.c.
#ifndef CXX_ALLOC_JEMALLOC_5_3_0
#undef arena_init_huge
#define arena_init_huge cxa_je_upstream_arena_init_huge
#endif

#elif defined CXX_ALLOC_IN_extent
// extent_may_force_decay() purges a large block when it is freed, unless a decay time is -1.
static inline ssize_t cxa_pac_decay_ms_get(pac_t *pac, extent_state_t state) {
  return cxa_je_huge_arena_keeps_pages(pac) ? -1 : pac_decay_ms_get(pac, state);
}
#undef pac_decay_ms_get
#define pac_decay_ms_get(pac, state) cxa_pac_decay_ms_get(pac, state)

#elif defined CXX_ALLOC_IN_pac
static inline edata_t *cxa_ecache_alloc_grow(tsdn_t *tsdn, pac_t *pac, ehooks_t *ehooks, ecache_t *ecache,
                                             edata_t *expand_edata, size_t size, size_t alignment, bool zero,
                                             bool guarded) {
  if (expand_edata == NULL) alignment = cxa_je_huge_arena_makes_room(tsdn, pac, alignment);
  return ecache_alloc_grow(tsdn, pac, ehooks, ecache, expand_edata, size, alignment, zero, guarded);
}
#undef ecache_alloc_grow
#define ecache_alloc_grow cxa_ecache_alloc_grow
#endif
