// SPDX-License-Identifier: Apache-2.0
// What runtime/operators.cc stands on.
#pragma once

#include <cstddef>

extern "C" __attribute__((visibility("hidden"))) void *cxa_toy_allocate(size_t size, size_t alignment);
extern "C" __attribute__((visibility("hidden"))) void cxa_toy_free(void *block);

#define ALLOCATOR_NEW(size) cxa_toy_allocate(size, 1)
#define ALLOCATOR_NEW_ALIGNED cxa_toy_allocate
#define ALLOCATOR_DELETE cxa_toy_free
#define ALLOCATOR_DELETE_SIZED(block, size) cxa_toy_free(block)
#define ALLOCATOR_DELETE_SIZED_ALIGNED(block, size, alignment) cxa_toy_free(block)
#include "plain_path.h"
