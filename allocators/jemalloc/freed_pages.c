// SPDX-License-Identifier: Apache-2.0
// When do freed pages go back to the kernel? jemalloc purges by a clock that it looks at when the program allocates;
// what an idle program has freed stays. And at a limit of the address space it refuses memory although enough was
// freed. docs/performance.md has the measurements; a patch and make_room.h put these rules in.
#include "jemalloc/internal/jemalloc_preamble.h"

#include "jemalloc/internal/jemalloc_internal_includes.h"

#include <sys/resource.h>

#include "freed_pages.h"
#include "make_room.h"

#pragma GCC visibility push(hidden)

static size_t freed_pages(arena_t *arena) {
  pac_t *pac = &arena->pa_shard.pac;
  return ecache_npages_get(&pac->ecache_dirty) + ecache_npages_get(&pac->ecache_muzzy);
}

#ifndef CXX_ALLOC_JEMALLOC_5_3_0
enum {
  kept_by_idle = 27 << 20,   ///< by all arenas together whose last thread has exited
  kept_at_least = 32 << 20,  ///< by the process, or a quarter of what is in use up to
  kept_quarter = 128 << 20,  ///< this, or an eighth.
};

// jemalloc purges an arena when its last thread exits. The next thread gets that arena, and takes all its pages from
// the kernel again. All idle arenas together may keep a little.
bool cxa_je_idle_arena_keeps_pages(arena_t *arena) {
  return ecache_npages_get(&arena->pa_shard.pac.ecache_dirty) << LG_PAGE < kept_by_idle / narenas_total_get();
}

// Gives back `most` of the arena's freed pages, or all. Returns how many.
static size_t purge(tsdn_t *tsdn, arena_t *arena, size_t most) {
  pac_t *pac = &arena->pa_shard.pac;
  size_t pages = ecache_npages_get(&pac->ecache_dirty), purged = pages < most ? pages : most;
  if (purged != 0) pac_purge_to(tsdn, pac, pages - purged);
  return purged;
}

// Holds what was freed in all arenas to the limit. To look at all of them costs more than a free, so an arena does that
// when it has so much more than the last time that all of them together may pass seven eighths of the limit by an
// eighth.
void cxa_je_limit_freed_pages(tsdn_t *tsdn, arena_t *arena) {
  pac_t *pac = &arena->pa_shard.pac;
  unsigned arenas = narenas_total_get();
  size_t here = freed_pages(arena), checked = atomic_load_zu(&pac->npages_checked, ATOMIC_RELAXED);
  if (likely(here <= checked + (kept_at_least >> LG_PAGE) / 8 / arenas)) {
    if (here < checked) atomic_store_zu(&pac->npages_checked, here, ATOMIC_RELAXED);
    return;
  }
  atomic_store_zu(&pac->npages_checked, here, ATOMIC_RELAXED);
  if (arena_dirty_decay_ms_default_get() < 0) return;  // whoever says so wants to keep everything

  size_t freed = 0, used = 0;
  for (unsigned i = 0; i < arenas; i++) {
    arena_t *other = arena_get(tsdn, i, false);
    if (other == NULL) continue;
    freed += freed_pages(other);
    used += pa_shard_nactive(&other->pa_shard);
  }
  size_t limit = used / 4;
  if (limit > kept_quarter >> LG_PAGE) limit = kept_quarter >> LG_PAGE;
  if (limit < used / 8) limit = used / 8;
  if (limit < kept_at_least >> LG_PAGE) limit = kept_at_least >> LG_PAGE;
  if (freed <= limit - limit / 8) return;
  // A quarter at a time: a system call for each free would be slow.
  size_t excess = freed - (limit - limit / 4);
  excess -= purge(tsdn, arena, excess);
  for (unsigned i = 0; i < arenas && excess != 0; i++) {
    arena_t *other = arena_get(tsdn, i, false);
    if (other != NULL) excess -= purge(tsdn, other, excess);
  }
  atomic_store_zu(&pac->npages_checked, freed_pages(arena), ATOMIC_RELAXED);
}
#endif

// jemalloc keeps freed pages by size and by arena. At a limit of the address space it would refuse memory although as
// much was freed in blocks of another size, or by another thread; what goes back to the kernel is there for all.
bool cxa_je_give_back_all(tsdn_t *tsdn, size_t size) {
  if (!malloc_initialized()) return false;
  struct {
    uint64_t now, most;
  } limit;
  if (syscall(SYS_prlimit64, 0, RLIMIT_AS, NULL, &limit) == 0 && size > limit.now) return false;
  bool any = false;
  for (unsigned i = 0; i < narenas_total_get(); i++) {
    arena_t *arena = arena_get(tsdn, i, false);
    if (arena == NULL) continue;
    any |= freed_pages(arena) != 0;
    arena_decay(tsdn, arena, /* is_background_thread */ false, /* all */ true);
#ifndef CXX_ALLOC_JEMALLOC_5_3_0
    any |= extent_unmap_retained(tsdn, &arena->pa_shard.pac);
#endif
  }
  return any;
}
#pragma GCC visibility pop
