// SPDX-License-Identifier: Apache-2.0
// What is baked into an executable, and where does it stand in jemalloc's order?
//
// jemalloc reads its options from several places, and takes the last word on each: what was compiled into jemalloc
// (--with-malloc-conf), the program's variable malloc_conf, the name that /etc/malloc.conf links to, and MALLOC_CONF.
// Ours is the first place: the default below, then the words of --allocator-conf.
//
// Those words reach the executable without a temporary file: conf/<byte>.o holds one byte in the section
// cxx_alloc_conf, and the driver names one object for each byte of the string. A linker puts sections of one name one
// after another in the order of its inputs (bfd, gold, lld and mold do, with --gc-sections and --icf=all too), and it
// defines __start_cxx_alloc_conf when there is such a section. So the command alone makes the executable: it can be
// printed, logged and repeated, and there is nothing to clean up.
#pragma once

/// jemalloc options for every executable, "key:value,key:value". The driver puts the user's after them.
/// docs/performance.md has what they are good for; freed_pages.c is the other half of them.
#ifdef CXX_ALLOC_JEMALLOC_5_3_0
#define CXX_ALLOC_DEFAULT_CONF ""
#else
#define CXX_ALLOC_DEFAULT_CONF                                                                                         \
  "oversize_threshold:4194304,lg_extent_max_active_fit:8,narenas_ratio:1,lg_tcache_nslots_mul:3,"                      \
  "tcache_nslots_small_max:2000"
#endif

/// The section as a string, or NULL.
extern const char cxa_je_baked_conf[] __asm__("__start_cxx_alloc_conf") __attribute__((weak, visibility("hidden")));
