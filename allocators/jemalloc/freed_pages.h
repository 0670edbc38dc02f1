// SPDX-License-Identifier: Apache-2.0
// The rules of freed_pages.c, which a patch puts into jemalloc's arena.c, extent.c, pac.c and tcache.c.
#pragma once

#pragma GCC visibility push(hidden)
bool cxa_je_idle_arena_keeps_pages(arena_t *arena);
bool cxa_je_huge_arena_keeps_pages(pac_t *pac);
size_t cxa_je_huge_arena_makes_room(tsdn_t *tsdn, pac_t *pac, size_t alignment);
#pragma GCC visibility pop
