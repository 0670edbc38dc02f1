// SPDX-License-Identifier: Apache-2.0
// What runtime/operators.cc stands on: mimalloc's functions, for it has none for operator delete with a size.
#pragma once

#include "internal.h"

#define ALLOCATOR_NEW cxa_mimalloc_new
#define ALLOCATOR_NEW_ALIGNED cxa_mimalloc_new_aligned
#define ALLOCATOR_DELETE cxa_mimalloc_delete
#define ALLOCATOR_DELETE_SIZED(block, size) cxa_mimalloc_delete(block)
#define ALLOCATOR_DELETE_SIZED_ALIGNED(block, size, alignment) cxa_mimalloc_delete(block)
#include "plain_path.h"
