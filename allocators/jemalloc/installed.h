// SPDX-License-Identifier: Apache-2.0
// The distribution's jemalloc (-Djemalloc=system) in the place of our own build: its static library, each name of which
// build.py has put behind je_. Entry points are functions around it here, and not second names, so each costs a jump.
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#define JEMALLOC_NO_RENAME
#include <jemalloc/jemalloc.h>

#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)
#define LG_QUANTUM 4
#define je_sdallocx_noflags(block, size) je_sdallocx(block, size, 0)
