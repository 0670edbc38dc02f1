// SPDX-License-Identifier: Apache-2.0
// What runtime/operators.cc stands on: scudo's functions for operator new and delete.
#pragma once

#include "internal.h"

#define ALLOCATOR_NEW cxa_scudo_new
#define ALLOCATOR_NEW_ALIGNED cxa_scudo_new_aligned
#define ALLOCATOR_DELETE cxa_scudo_delete
#define ALLOCATOR_DELETE_SIZED cxa_scudo_delete_sized
#define ALLOCATOR_DELETE_SIZED_ALIGNED cxa_scudo_delete_sized_aligned
#include "plain_path.h"
