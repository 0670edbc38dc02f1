// SPDX-License-Identifier: Apache-2.0
// What runtime/operators.cc stands on when the jemalloc is the distribution's: its functions.
#pragma once

#include "internal.h"

#define ALLOCATOR_NEW cxa_je_allocate
#define ALLOCATOR_NEW_ALIGNED cxa_je_allocate_aligned
#define ALLOCATOR_DELETE cxa_je_deallocate
#define ALLOCATOR_DELETE_SIZED cxa_je_deallocate_sized
#define ALLOCATOR_DELETE_SIZED_ALIGNED cxa_je_deallocate_sized_aligned
#include "plain_path.h"
