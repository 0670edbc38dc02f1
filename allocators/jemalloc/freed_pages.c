// SPDX-License-Identifier: Apache-2.0
// When do freed pages go back to the kernel? jemalloc's rules lose to glibc in two places, and refuse memory in a third.
// docs/performance.md has the measurements; a patch and make_room.h put these rules in.
#include "jemalloc/internal/jemalloc_preamble.h"

#include "jemalloc/internal/jemalloc_internal_includes.h"

#include <sys/resource.h>

#include "freed_pages.h"
#include "make_room.h"

#pragma GCC visibility push(hidden)

// What may stay in a whole process with the arena of large blocks, and with all arenas that are not in use together. More
// than this adds more than a tenth to the peak of programs.
enum { kept_by_huge = 32 << 20, kept_by_idle = 27 << 20 };

#ifndef CXX_ALLOC_JEMALLOC_5_3_0
// jemalloc purges an arena when its last thread exits. The next thread gets that arena, and takes all its pages from the
// kernel again. All idle arenas together may keep a little.
bool cxa_je_idle_arena_keeps_pages(arena_t *arena) {
  return ecache_npages_get(&arena->pa_shard.pac.ecache_dirty) << LG_PAGE < kept_by_idle / narenas_total_get();
}

static bool is_huge_arena(pac_t *pac) {
  unsigned index = base_ind_get(pac->base);
  return index != 0 && index == huge_arena_ind;
}

// jemalloc purges each block of this arena as it is freed: a program that frees one and takes the next pays for all its
// pages again. So the arena keeps what the next block may need, up to the limit. Where dirty_decay_ms is 0, pages shall
// not be kept.
bool cxa_je_huge_arena_keeps_pages(pac_t *pac) {
  return is_huge_arena(pac) && arena_dirty_decay_ms_default_get() > 0 &&
         ecache_npages_get(&pac->ecache_dirty) << LG_PAGE <= kept_by_huge;
}

// The next block does not fit into what is kept, and takes new memory: what is kept goes back first, so that the peak does
// not grow. A huge page that two blocks share is split when one of them is purged, and comes back in small pages; so
// each block begins with one.
size_t cxa_je_huge_arena_makes_room(tsdn_t *tsdn, pac_t *pac, size_t alignment) {
  if (!is_huge_arena(pac)) return alignment;
  if (arena_dirty_decay_ms_default_get() > 0 && ecache_npages_get(&pac->ecache_dirty) != 0)
    arena_decay(tsdn, arena_get(tsdn, base_ind_get(pac->base), false), /* is_background_thread */ false, /* all */ true);
  return huge_arena_pac_thp.thp_madvise && alignment < HUGEPAGE ? HUGEPAGE : alignment;
}
#endif

// jemalloc keeps freed pages by size. At a limit of the address space it would refuse memory although as much was freed in
// blocks of another size; what goes back to the kernel is joined with what lies beside it.
bool cxa_je_give_back_all(tsdn_t *tsdn, size_t size) {
  if (!malloc_initialized()) return false;
  struct { uint64_t now, most; } limit;
  if (syscall(SYS_prlimit64, 0, RLIMIT_AS, NULL, &limit) == 0 && size > limit.now) return false;
  size_t pages = 0;
  for (unsigned i = 0; i < narenas_total_get(); i++) {
    arena_t *arena = arena_get(tsdn, i, false);
    if (arena == NULL) continue;
    pages += ecache_npages_get(&arena->pa_shard.pac.ecache_dirty) + ecache_npages_get(&arena->pa_shard.pac.ecache_muzzy);
    arena_decay(tsdn, arena, /* is_background_thread */ false, /* all */ true);
  }
  return pages != 0;
}
#pragma GCC visibility pop
