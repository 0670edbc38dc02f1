// SPDX-License-Identifier: Apache-2.0
// What is locked across a fork? Scudo and GWP-ASan each register handlers, with the function at the end: build.py gives
// it to them for pthread_atfork.
#pragma once

#include <stddef.h>

typedef void (*fork_handler)(void);
static struct {
  fork_handler before, in_parent, in_child;
} fork_handlers[4];
static size_t fork_handler_count;

static void lock_all(void) {
  for (size_t i = fork_handler_count; i-- > 0;) fork_handlers[i].before();
}
static void unlock_all(void) {
  for (size_t i = 0; i < fork_handler_count; i++) fork_handlers[i].in_parent();
}
static void unlock_all_in_child(void) {
  for (size_t i = 0; i < fork_handler_count; i++) fork_handlers[i].in_child();
}

#define ALLOCATOR_BEFORE_FORK lock_all
#define ALLOCATOR_AFTER_FORK_IN_PARENT unlock_all
#define ALLOCATOR_AFTER_FORK_IN_CHILD unlock_all_in_child
#include "fork_order.h"

__attribute__((visibility("hidden"))) int cxa_scudo_atfork(fork_handler before, fork_handler in_parent,
                                                           fork_handler in_child) {
  if (fork_handler_count == sizeof fork_handlers / sizeof *fork_handlers) return ENOMEM;
  fork_handlers[fork_handler_count].before = before;
  fork_handlers[fork_handler_count].in_parent = in_parent;
  fork_handlers[fork_handler_count].in_child = in_child;
  return fork_handler_count++ > 0 ? 0 : cxx_alloc_register_fork();
}
