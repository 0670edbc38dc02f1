// SPDX-License-Identifier: Apache-2.0
// What executable.o offers to the other objects of this folder. Hidden: never in a symbol table that others see.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(hidden)

void *cxa_je_allocate(size_t size);
/// NULL with errno ENOMEM on failure; a size of 0 counts as 1, here and in the function after the next.
void *cxa_je_allocate_aligned(size_t size, size_t alignment);
void cxa_je_deallocate(void *block);
void cxa_je_deallocate_sized(void *block, size_t size);
void cxa_je_deallocate_sized_aligned(void *block, size_t size, size_t alignment);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
