// SPDX-License-Identifier: Apache-2.0
// A malloc of the user's own, whole or in parts, chosen by macros; a block is never given out twice. It tells how often
// it was called.
#include "who.h"
#ifndef LINKAGE
#define LINKAGE
#endif
static _Alignas(4096) char heap[1 << 22];
static size_t used;
static unsigned calls[8];
static void *take(size_t align, size_t n) {
  uintptr_t at = ((uintptr_t)heap + used + 16 + align - 1) & ~(uintptr_t)(align - 1);
  if (n > sizeof heap || at + n > (uintptr_t)heap + sizeof heap) return 0;
  used = at + n - (uintptr_t)heap;
  ((uint64_t *)at)[-1] = MARK | n;
  return (void *)at;
}
__attribute__((destructor)) static void tell(void) {
  char text[80];
  snprintf(text, sizeof text, "%u %u %u %u %u", calls[0], calls[1], calls[2], calls[3], calls[4]);
  say("calls", text);
}
#if !defined ONLY_ALIGNED && !defined ONLY_FREE
LINKAGE void *malloc(size_t n) {
  calls[0]++;
  return take(16, n);
}
#endif
#if !defined ONLY_ALIGNED && !defined ONLY_MALLOC
LINKAGE void free(void *p) {
  calls[1]++;
  (void)p;
}
#endif
#if !defined ONLY_ALIGNED && !defined ONLY_MALLOC && !defined ONLY_FREE && !defined TWO
LINKAGE void *calloc(size_t n, size_t m) {
  calls[2]++;
  return take(16, n * m);
}
LINKAGE void *realloc(void *p, size_t n) {
  calls[3]++;
  char *q = take(16, n);
  size_t old = p ? (uint32_t)((uint64_t *)p)[-1] : 0;
  for (size_t i = 0; i < old && i < n; i++) q[i] = ((char *)p)[i];
  return q;
}
#endif
#if defined WHOLE || defined ONLY_ALIGNED
LINKAGE void *aligned_alloc(size_t a, size_t n) {
  calls[4]++;
  return take(a, n);
}
#endif
#if defined WHOLE
LINKAGE void *memalign(size_t a, size_t n) {
  calls[4]++;
  return take(a, n);
}
LINKAGE int posix_memalign(void **p, size_t a, size_t n) {
  calls[4]++;
  *p = take(a, n);
  return 0;
}
LINKAGE void *reallocarray(void *p, size_t n, size_t m) { return realloc(p, n * m); }
LINKAGE size_t malloc_usable_size(void *p) { return (uint32_t)((uint64_t *)p)[-1]; }
#endif
void own_helper(void) {}
