// SPDX-License-Identifier: Apache-2.0
// For --wrap=malloc.
#include "who.h"
static unsigned count;
void *__real_malloc(size_t);
void *__wrap_malloc(size_t n) {
  count++;
  return __real_malloc(n);
}
__attribute__((destructor)) static void tell(void) {
  char text[20];
  snprintf(text, sizeof text, "%u", count);
  say("wrapped", text);
}
