// SPDX-License-Identifier: Apache-2.0
// How does a heap profile learn who allocated? This file is compiled in place of jemalloc's prof_sys.c, which it
// includes, and gives it another way to walk the stack: by unwind tables, which every object on Linux has, and not by
// frame pointers, which few have; and without our own frames, so that a stack begins at the call of malloc or operator
// new, whatever was inlined here.
//
// Walking may lock and allocate when it is done for the first time: in a static executable libgcc then sorts the
// unwind tables, with malloc, under a lock. Other jemallocs have deadlocked there (jemalloc issues 2282 and 2505). So
// the first walk is made while there is one thread only: by prof_unwind_init() when jemalloc is initialized, or in a
// static executable by the constructor below, for libgcc aborts before crtbeginT.o has registered the tables. Later
// walks are free of locks in dynamic executables with GCC 12 and glibc 2.35 (_dl_find_object), and take one short lock
// of libgcc's own elsewhere.
#include <unwind.h>

#include "jemalloc/internal/jemalloc_preamble.h"

#include "jemalloc/internal/jemalloc_internal_includes.h"

// These two functions of prof_sys.c get other names there, and are replaced at the end.
void cxa_je_upstream_prof_hooks_init(void);
void cxa_je_upstream_prof_unwind_init(void);
#undef prof_hooks_init
#undef prof_unwind_init
#define prof_hooks_init cxa_je_upstream_prof_hooks_init
#define prof_unwind_init cxa_je_upstream_prof_unwind_init
#include "src/prof_sys.c"
#undef prof_hooks_init
#undef prof_unwind_init

#pragma GCC visibility push(hidden)
// The code of our runtime objects, in a section of its own in this variant (build.py).
extern const char code_begin[] __asm__("__start_cxx_alloc_text");
extern const char code_end[] __asm__("__stop_cxx_alloc_text");

struct stack {
  void **frames;
  unsigned length, limit;
};

static _Unwind_Reason_Code add_frame(struct _Unwind_Context *context, void *data) {
  struct stack *stack = data;
  const char *address = (const char *)_Unwind_GetIP(context);
  if (address == NULL) return _URC_END_OF_STACK;
  if (stack->length == 0 && address >= code_begin && address < code_end) return _URC_NO_REASON;
  stack->frames[stack->length++] = (void *)address;
  return stack->length == stack->limit ? _URC_END_OF_STACK : _URC_NO_REASON;
}

static bool can_walk;

/// In a static executable libgcc finds each frame under a lock, which a thread that walks or throws may have held when
/// another one forked; the child would wait for it for ever.
static void stay(void) { can_walk = false; }

static void walk_stack(void **frames, unsigned *length, unsigned limit) {
  struct stack stack = {frames, 0, limit};
  if (can_walk) _Unwind_Backtrace(add_frame, &stack);
  // jeprof wants at least one frame; in a static executable this one stands for all that is allocated before the first
  // constructor and after fork().
  if (stack.length == 0) stack.frames[stack.length++] = (void *)code_begin;
  *length = stack.length;
}

static void walk_once(void) { _Unwind_Backtrace(prof_unwind_init_callback, NULL); }

void cxa_je_prof_hooks_init(void) {
  cxa_je_upstream_prof_hooks_init();
  prof_backtrace_hook_set(&walk_stack);
}

void cxa_je_prof_unwind_init(void) {
  can_walk = cxx_alloc_auxiliary(AT_BASE) != 0;  // a loader, that is: the tables can be found from the start
  if (can_walk) walk_once();
}
#pragma GCC visibility pop

__attribute__((constructor)) static void let_static_executables_walk(void) {
  if (!malloc_initialized() || !opt_prof || can_walk) return;
  walk_once();
  pthread_atfork(NULL, NULL, stay);
  can_walk = true;
}
