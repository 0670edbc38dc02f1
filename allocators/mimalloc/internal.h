// SPDX-License-Identifier: Apache-2.0
// What executable.o offers to operators.o. Hidden: never in a symbol table that others see.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(hidden)

/// NULL with errno ENOMEM on failure, here and in the next.
void *cxa_mimalloc_new(size_t size);
void *cxa_mimalloc_new_aligned(size_t size, size_t alignment);
void cxa_mimalloc_delete(void *block);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
