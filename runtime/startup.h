// SPDX-License-Identifier: Apache-2.0
// From the first allocation, which may come before any of libc is set up, until the allocator serves.
#pragma once

#include <stdbool.h>

#pragma GCC visibility push(hidden)
/// Remembers where the kernel put the environment: the third word that a function of .preinit_array is given.
void cxx_alloc_start(char **words);
/// The allocator sets it when it can serve whoever is called by it (memory.c).
extern bool cxx_alloc_serves;
/// True while the allocator parses its options, and needs an errno that is nobody else's.
extern bool cxx_alloc_reads_options;
extern int cxx_alloc_errno_of_options;
#pragma GCC visibility pop
