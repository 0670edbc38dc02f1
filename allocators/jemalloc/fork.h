// SPDX-License-Identifier: Apache-2.0
// What is locked across a fork? Included before jemalloc.c, which registers its handlers for it.
#pragma once

#define ALLOCATOR_BEFORE_FORK jemalloc_prefork
#define ALLOCATOR_AFTER_FORK_IN_PARENT jemalloc_postfork_parent
#define ALLOCATOR_AFTER_FORK_IN_CHILD jemalloc_postfork_child
#include "fork_order.h"

#define pthread_atfork(before, in_parent, in_child) cxx_alloc_register_fork()
