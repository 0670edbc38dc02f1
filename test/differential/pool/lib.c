// SPDX-License-Identifier: Apache-2.0
// Half of it is here.
#include "who.h"
char *lib_text(void) {
  char *p = malloc(1000);
  say("lib", heap_of(p, 1000));
  return strcpy(p, "from a library");
}
void lib_take(void *p) { free(p); }
