// SPDX-License-Identifier: Apache-2.0
// Where do large blocks lie? Side by side, by the kernel's choice, so that none can grow where it is: mremap moves it.
// Its pages go with it, but where the host of a virtual machine keeps tables of its own for the guest's (shadow
// paging), it has to find each of them again, which takes most of what fresh pages take. So the blocks of a process
// that has more than a little in them lie apart, with nothing behind them. docs/performance.md has the measurements.
//
// Only the arena of large blocks has places (pac_maps_each() in pac.c). Included by extent.c.
#pragma once

enum {
  cxa_places = 64,
  cxa_places_from =
      32 << 20,  ///< bytes in use; a smaller process keeps its blocks near each other, in one leaf of the map of pages
  cxa_place_size = 256 << 20,
  // They do not begin at the same multiple of a large power of two: entries of the processor's tables are found by such
  // bits.
  cxa_place_pitch = cxa_place_size + 17 * (1 << LG_PAGE),
};

static atomic_u32_t cxa_place_pages[cxa_places];  ///< how many pages are mapped in each

/// The first place: 1 TiB below what the arena was mapped first, where the kernel comes last. NULL where there is not
/// as much.
static inline uintptr_t cxa_first_place(const pac_t *pac) {
  uint64_t arena = (uintptr_t)pac->base & ~(uintptr_t)PAGE_MASK;
  return arena >> 41 != 0 ? (uintptr_t)(arena - (UINT64_C(1) << 40)) : 0;
}

/// Pages at `at` were mapped, or are no longer. Others than those in places do not count.
static void cxa_count_place(const pac_t *pac, const void *at, size_t size, bool mapped) {
  uintptr_t first = cxa_first_place(pac), begin = (uintptr_t)at - first, end = begin + size;
  while (first != 0 && begin < end && begin / cxa_place_pitch < cxa_places) {
    size_t place = begin / cxa_place_pitch;
    uintptr_t here = (place + 1) * (uintptr_t)cxa_place_pitch;
    if (here > end) here = end;
    uint32_t pages = (uint32_t)((here - begin) >> LG_PAGE);
    if (mapped) {
      atomic_fetch_add_u32(&cxa_place_pages[place], pages, ATOMIC_RELAXED);
    } else {
      atomic_fetch_sub_u32(&cxa_place_pages[place], pages, ATOMIC_RELAXED);
    }
    begin = here;
  }
}

/// An empty place for a block of `size`, or NULL. Until cxa_place_is_used() it is nobody else's; forever, where
/// somebody else turns out to have mapped something there.
static void *cxa_find_place(tsdn_t *tsdn, const pac_t *pac, size_t size) {
  uintptr_t first = cxa_first_place(pac);
  if (first == 0 || size > cxa_place_size / 2) return NULL;
  const arena_t *arena = arena_get(tsdn, base_ind_get(pac->base), false);
  if (arena == NULL || (pa_shard_nactive((pa_shard_t *)&arena->pa_shard) << LG_PAGE) + size < cxa_places_from)
    return NULL;
  for (size_t place = 0; place < cxa_places; place++) {
    uint32_t none = 0;
    if (atomic_load_u32(&cxa_place_pages[place], ATOMIC_RELAXED) == 0 &&
        atomic_compare_exchange_strong_u32(&cxa_place_pages[place], &none, 1, ATOMIC_RELAXED, ATOMIC_RELAXED)) {
      return (void *)(first + place * (uintptr_t)cxa_place_pitch);
    }
  }
  return NULL;
}

/// What cxa_find_place() gave has been mapped, and counted.
static void cxa_place_is_used(const pac_t *pac, const void *at) {
  size_t place = ((uintptr_t)at - cxa_first_place(pac)) / cxa_place_pitch;
  atomic_fetch_sub_u32(&cxa_place_pages[place], 1, ATOMIC_RELAXED);
}
