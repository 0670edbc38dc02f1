// SPDX-License-Identifier: Apache-2.0
// glibc's malloc has more entry points than malloc. What do they mean on top of another allocator?
//
// They must exist: with -static, one reference to any of them brings in libc.a's malloc.o, and the link ends with
// "multiple definition of `malloc'". They should be true as well, so they report the provider's own figures.
// All are weak: a program that defines one itself keeps it.
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>

#include "contract.h"

#define WEAK __attribute__((weak, visibility("default")))

// crtbegin.o's is strong. With -nostartfiles there is none, and libc_nonshared.a's pthread_atfork wants it.
__attribute__((weak, visibility("hidden"))) void *__dso_handle = 0;

static struct cxx_alloc_figures current_figures(void) {
  struct cxx_alloc_figures figures = {0};
  cxx_alloc_provider.figures(&figures);
  return figures;
}

#if __GLIBC_PREREQ(2, 33)
WEAK struct mallinfo2 mallinfo2(void) {
  struct cxx_alloc_figures now = current_figures();
  return (struct mallinfo2){
      .arena = now.mapped,
      .uordblks = now.allocated,
      .fordblks = now.mapped > now.allocated ? now.mapped - now.allocated : 0,
      .keepcost = now.resident > now.active + now.metadata ? now.resident - now.active - now.metadata : 0,
  };
}
#endif

// The fields of the old structure are int. glibc lets them wrap; a ceiling is the lesser lie.
static int to_int(size_t value) { return value > INT_MAX ? INT_MAX : (int)value; }

WEAK struct mallinfo mallinfo(void) {
  struct cxx_alloc_figures now = current_figures();
  return (struct mallinfo){
      .arena = to_int(now.mapped),
      .uordblks = to_int(now.allocated),
      .fordblks = to_int(now.mapped > now.allocated ? now.mapped - now.allocated : 0),
      .keepcost = to_int(now.resident > now.active + now.metadata ? now.resident - now.active - now.metadata : 0),
  };
}

WEAK int malloc_trim(size_t pad) {
  (void)pad;
  return cxx_alloc_provider.purge();
}

// mallopt(3): 1 on success, 0 on error. The parameters tune glibc's own heap. A program that sets one is content with
// any allocator, and one that checks the answer would give up on 0; so a known parameter is accepted, without effect.
WEAK int mallopt(int parameter, int value) {
  switch (parameter) {
  case M_MXFAST: return value >= 0 && (size_t)value <= 80 * sizeof(size_t) / 4;
  case M_TRIM_THRESHOLD:
  case M_TOP_PAD:
  case M_MMAP_THRESHOLD:
  case M_MMAP_MAX:
  case M_CHECK_ACTION:
  case M_PERTURB:
  case M_ARENA_TEST:
  case M_ARENA_MAX: return 1;
  default: return 0;
  }
}

// No cancellation point (glibc's tst-malloc-stats-cancellation), though it prints.
WEAK void malloc_stats(void) {
  struct cxx_alloc_figures now = current_figures();
  int cancel_state;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
  fprintf(stderr,
          "%s %s\nallocated = %10zu\nactive    = %10zu\nmetadata  = %10zu\nresident  = %10zu\nmapped    = %10zu\n"
          "retained  = %10zu\n",
          cxx_alloc_provider.name, cxx_alloc_provider.version, now.allocated, now.active, now.metadata, now.resident,
          now.mapped, now.retained);
  pthread_setcancelstate(cancel_state, NULL);
}

WEAK int malloc_info(int options, FILE *stream) {
  if (options != 0) return EINVAL;
  struct cxx_alloc_figures now = current_figures();
  int written = fprintf(stream,
                        "<malloc version=\"%s-%s\">\n<total type=\"allocated\" size=\"%zu\"/>\n"
                        "<system type=\"current\" size=\"%zu\"/>\n<resident size=\"%zu\"/>\n<active size=\"%zu\"/>\n"
                        "<metadata size=\"%zu\"/>\n<retained size=\"%zu\"/>\n</malloc>\n",
                        cxx_alloc_provider.name, cxx_alloc_provider.version, now.allocated, now.mapped, now.resident,
                        now.active, now.metadata, now.retained);
  return written < 0 ? errno : 0;
}

// What libc_symbols.c points libc's own entries at: ours, even if the program has one of its own.
#define OURS(name) extern __typeof(name) cxx_alloc_##name __attribute__((visibility("hidden"), alias(#name)))
#if __GLIBC_PREREQ(2, 33)
OURS(mallinfo2);
#endif
OURS(mallinfo);
OURS(mallopt);
OURS(malloc_info);
OURS(malloc_stats);
OURS(malloc_trim);

#ifdef CXX_ALLOC_INSTALLED
// What fork_order.h does, with a jemalloc that has registered its own handlers: they run in reverse
// order before the fork, so stdio's is registered when the allocator has been initialized.
void _IO_list_lock(void);
void _IO_list_unlock(void);
void _IO_list_resetlock(void);

__attribute__((constructor)) static void keep_lock_order_across_fork(void) {
  size_t any = 1;
  cxx_alloc_provider.deallocate(cxx_alloc_provider.allocate(any, 1), any, 1);
  pthread_atfork(_IO_list_lock, _IO_list_unlock, _IO_list_resetlock);
}
#endif
