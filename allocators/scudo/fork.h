// SPDX-License-Identifier: Apache-2.0
// What is locked across a fork? Scudo and GWP-ASan each register handlers, with the function at the end: build.py gives
// it to them for pthread_atfork. Why stdio's list is locked before them, and nothing in a process with one thread:
// allocators/jemalloc/fork.h.
#pragma once

#include <stdbool.h>
#include <stddef.h>

int __register_atfork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void), void *handle);
extern void *__dso_handle;
extern char __libc_single_threaded __attribute__((weak));  // glibc 2.32
void _IO_list_lock(void);
void _IO_list_unlock(void);
void _IO_list_resetlock(void);

typedef void (*fork_handler)(void);
static struct {
  fork_handler before, in_parent, in_child;
} fork_handlers[4];
static size_t fork_handler_count;
static bool fork_locks;

static void before_fork(void) {
  fork_locks = &__libc_single_threaded == NULL || !__libc_single_threaded;
  if (!fork_locks) return;
  _IO_list_lock();
  for (size_t i = fork_handler_count; i-- > 0;) fork_handlers[i].before();
}

static void after_fork_in_parent(void) {
  if (!fork_locks) return;
  for (size_t i = 0; i < fork_handler_count; i++) fork_handlers[i].in_parent();
  _IO_list_unlock();
}

static void after_fork_in_child(void) {
  if (!fork_locks) return;
  for (size_t i = 0; i < fork_handler_count; i++) fork_handlers[i].in_child();
  _IO_list_resetlock();
}

__attribute__((visibility("hidden"))) int cxa_scudo_atfork(fork_handler before, fork_handler in_parent,
                                                           fork_handler in_child) {
  if (fork_handler_count == sizeof fork_handlers / sizeof *fork_handlers) return ENOMEM;
  fork_handlers[fork_handler_count].before = before;
  fork_handlers[fork_handler_count].in_parent = in_parent;
  fork_handlers[fork_handler_count].in_child = in_child;
  if (fork_handler_count++ > 0) return 0;
  return __register_atfork(before_fork, after_fork_in_parent, after_fork_in_child, &__dso_handle);
}
