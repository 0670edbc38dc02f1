// SPDX-License-Identifier: Apache-2.0
// What is locked across a fork, on any allocator? Included by a folder that defines, before that,
// ALLOCATOR_BEFORE_FORK(), ALLOCATOR_AFTER_FORK_IN_PARENT() and ALLOCATOR_AFTER_FORK_IN_CHILD(): the allocator's own
// handlers.
//
// fork() takes stdio's list lock first and malloc's locks after it; an allocator that locks in a pthread_atfork handler
// takes them the other way round, and a thread inside fopen() or fflush(NULL) then deadlocks with it (glibc BZ#19431;
// glibc's tst-malloc-fork-deadlock hangs). So these handlers take both, in that order.
//
// A process with one thread locks nothing, as in glibc: a signal handler may fork although it interrupted malloc() or
// another fork() (glibc's tst-mallocfork and tst-mallocfork2), and would wait for ever for what it interrupted.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// What libc_nonshared.a's pthread_atfork() calls; a preloaded pthread_atfork() may do anything. The runtime's glibc.c
// has the handle, for programs without crtbegin.o.
int __register_atfork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void), void *handle);
extern void *__dso_handle;

extern char __libc_single_threaded __attribute__((weak));  // glibc 2.32
void _IO_list_lock(void);
void _IO_list_unlock(void);
void _IO_list_resetlock(void);

static bool cxx_alloc_fork_locks;

static void cxx_alloc_before_fork(void) {
  cxx_alloc_fork_locks = &__libc_single_threaded == NULL || !__libc_single_threaded;
  if (!cxx_alloc_fork_locks) return;
  _IO_list_lock();
  ALLOCATOR_BEFORE_FORK();
}

static void cxx_alloc_after_fork_in_parent(void) {
  if (!cxx_alloc_fork_locks) return;
  ALLOCATOR_AFTER_FORK_IN_PARENT();
  _IO_list_unlock();
}

static void cxx_alloc_after_fork_in_child(void) {
  if (!cxx_alloc_fork_locks) return;
  ALLOCATOR_AFTER_FORK_IN_CHILD();
  _IO_list_resetlock();
}

static int cxx_alloc_register_fork(void) {
  return __register_atfork(cxx_alloc_before_fork, cxx_alloc_after_fork_in_parent, cxx_alloc_after_fork_in_child,
                           &__dso_handle);
}
