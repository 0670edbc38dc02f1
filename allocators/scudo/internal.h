// SPDX-License-Identifier: Apache-2.0
// What executable.o offers to operators.o. Hidden: never in a symbol table that others see.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(hidden)

/// NULL with errno ENOMEM on failure, here and in the next. Scudo remembers that they are of operator new.
void *cxa_scudo_new(size_t size);
void *cxa_scudo_new_aligned(size_t size, size_t alignment);
void cxa_scudo_delete(void *block);
void cxa_scudo_delete_sized(void *block, size_t size);
void cxa_scudo_delete_sized_aligned(void *block, size_t size, size_t alignment);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
