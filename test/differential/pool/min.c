// SPDX-License-Identifier: Apache-2.0
// The least that a program does with a heap of its own and of libc's.
#include "who.h"
int main(void) {
  home("free", seen("malloc", malloc(1000), 1000));
  char *s = strdup("some text that a heap has to hold");
  say("strdup", heap_of(s, 34));
  puts(s);
  free(s);
  free(seen("calloc", calloc(10, 100), 1000));
  return 0;
}
