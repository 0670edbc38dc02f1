// SPDX-License-Identifier: Apache-2.0
// The rules of freed_pages.c, which a patch puts into jemalloc's arena.c and tcache.c.
#pragma once

#pragma GCC visibility push(hidden)
/// Whether an arena keeps its pages when its last thread exits.
bool cxa_je_idle_arena_keeps_pages(arena_t *arena);
/// Called whenever pages were freed in `arena`, with no lock held.
void cxa_je_limit_freed_pages(tsdn_t *tsdn, arena_t *arena);
#pragma GCC visibility pop
