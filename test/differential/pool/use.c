// SPDX-License-Identifier: Apache-2.0
// A program whose blocks cross to a library and back.
#include "who.h"
char *lib_text(void);
void lib_take(void *);
int main(void) {
  char *s = lib_text();
  puts(s);
  free(s);
  lib_take(seen("malloc", malloc(1000), 1000));
  lib_take(strdup("x"));
  return 0;
}
