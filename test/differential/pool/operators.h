// SPDX-License-Identifier: Apache-2.0
// Operators of the user's own, on a heap of theirs.
#include "who.h"
#include <new>
#ifndef LINKAGE
#define LINKAGE
#endif
static unsigned calls[4];
alignas(64) static char heap[1 << 21];
static size_t used;
static void *take(size_t n) {
  used += 16;
  char *p = heap + used;
  reinterpret_cast<uint64_t *>(p)[-1] = MARK | n;
  used += (n + 15) & ~size_t(15);
  return used > sizeof heap ? nullptr : p;
}
LINKAGE void *operator new(size_t n) {
  calls[0]++;
  return take(n);
}
LINKAGE void operator delete(void *) noexcept { calls[1]++; }
#ifndef TWO
LINKAGE void *operator new[](size_t n) {
  calls[2]++;
  return take(n);
}
LINKAGE void operator delete[](void *) noexcept { calls[3]++; }
LINKAGE void operator delete(void *, size_t) noexcept { calls[1]++; }
LINKAGE void operator delete[](void *, size_t) noexcept { calls[3]++; }
#endif
__attribute__((destructor)) static void tell() {
  char text[60];
  snprintf(text, sizeof text, "%u %u %u %u", calls[0], calls[1], calls[2], calls[3]);
  say("operators", text);
}
void own_operators() { ::operator delete(::operator new(1)); }
