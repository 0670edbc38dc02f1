// SPDX-License-Identifier: Apache-2.0
// Half of the family stands on libc's, as in a sanitizer's runtime that nobody has put on a list.
#include "who.h"
void *__libc_malloc(size_t);
static unsigned count;
void *malloc(size_t n) {
  count++;
  return __libc_malloc(n);
}
size_t malloc_usable_size(void *p) { return (((size_t *)p)[-1] & ~(size_t)7) - 8; }
__attribute__((destructor)) static void tell(void) {
  char text[20];
  snprintf(text, sizeof text, "%u", count);
  say("half", text);
}
