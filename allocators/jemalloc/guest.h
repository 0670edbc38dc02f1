// SPDX-License-Identifier: Apache-2.0
// What guest.c offers to the operators of the same library. Every block may be somebody else's: libstdc++.so frees what
// this library made as rarely as can be, but this library is handed what others made, and jemalloc would corrupt it.
#pragma once

#include "internal.h"
#include "join.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(hidden)

/// From our jemalloc, or from the process's malloc after joining. NULL with errno ENOMEM on failure.
void *cxa_guest_allocate(size_t size);
void *cxa_guest_allocate_aligned(size_t size, size_t alignment);
/// Each asks whose block it is. NULL is allowed.
void cxa_guest_deallocate(void *block);
void cxa_guest_deallocate_sized(void *block, size_t size);
void cxa_guest_deallocate_sized_aligned(void *block, size_t size, size_t alignment);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
