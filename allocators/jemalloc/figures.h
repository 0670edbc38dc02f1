// SPDX-License-Identifier: Apache-2.0
// What mallinfo2 and <cxx_alloc/allocator.h> report. Programs ask for it once for each request that they serve.
#pragma once

#include "contract.h"

#if defined CXX_ALLOC_INSTALLED || defined CXX_ALLOC_JEMALLOC_5_3_0
static int provider_figures(struct cxx_alloc_figures *out) {
  uint64_t epoch = 1;
  size_t length = sizeof epoch;
  je_mallctl("epoch", &epoch, &length, &epoch, length);
  length = sizeof(size_t);
  int error = je_mallctl("stats.allocated", &out->allocated, &length, NULL, 0);
  if (!error) error = je_mallctl("stats.active", &out->active, &length, NULL, 0);
  if (!error) error = je_mallctl("stats.metadata", &out->metadata, &length, NULL, 0);
  if (!error) error = je_mallctl("stats.resident", &out->resident, &length, NULL, 0);
  if (!error) error = je_mallctl("stats.mapped", &out->mapped, &length, NULL, 0);
  if (!error) error = je_mallctl("stats.retained", &out->retained, &length, NULL, 0);
  return error;
}
#else

// Blocks in caches of threads count as handed out, as in jemalloc's own statistics and in glibc.
static size_t allocated_in(tsdn_t *tsdn, arena_t *arena) {
  size_t bytes = 0;
  for (szind_t i = 0; i < SC_NBINS; i++)
    for (unsigned shard = 0; shard < bin_infos[i].n_shards; shard++)
      bytes += arena_get_bin(arena, i, shard)->stats.curregs * bin_infos[i].reg_size;
  LOCKEDINT_MTX_LOCK(tsdn, arena->stats.mtx);
  for (szind_t i = 0; i < SC_NSIZES - SC_NBINS; i++)
    bytes += (size_t)locked_read_u64(tsdn, LOCKEDINT_MTX(arena->stats.mtx), &arena->stats.lstats[i].active_bytes);
  LOCKEDINT_MTX_UNLOCK(tsdn, arena->stats.mtx);
  return bytes;
}

// The same sums as jemalloc's "epoch" makes, which gathers a hundred times as much, under each lock: 90,000
// instructions, where glibc's mallinfo2 takes 940. These counters are read without their locks: each is as of some
// moment of this call.
static int provider_figures(struct cxx_alloc_figures *out) {
  struct cxx_alloc_figures sum = {0};
  tsdn_t *tsdn = malloc_initialized() ? tsdn_fetch() : TSDN_NULL;
  for (unsigned i = 0, arenas = narenas_total_get(); i < arenas; i++) {
    arena_t *arena = arena_get(tsdn, i, false);
    if (arena == NULL) continue;
    pa_shard_t *pages = &arena->pa_shard;
    base_t *base = arena->base;
    size_t active = pa_shard_nactive(pages) << LG_PAGE;
    sum.allocated += allocated_in(tsdn, arena);
    sum.active += active;
    sum.metadata += base->allocated + arena_internal_get(arena);
    sum.resident += base->resident + active + (pa_shard_ndirty(pages) << LG_PAGE);
    sum.mapped += base->mapped + pac_mapped(&pages->pac);
    sum.retained += ecache_npages_get(&pages->pac.ecache_retained) << LG_PAGE;
  }
  *out = sum;
  return 0;
}
#endif
