// SPDX-License-Identifier: Apache-2.0
// Every function of the family that a C program calls.
#include "who.h"
int main(void) {
  void *p;
  char *line = 0;
  size_t size = 0, n;
  home("free", seen("malloc", malloc(1000), 1000));
  free(seen("calloc", calloc(10, 100), 1000));
  free(seen("realloc", realloc(seen("malloc", malloc(100), 100), 5000), 5000));
  free(seen("memalign", memalign(64, 1000), 1000));
  free(seen("aligned_alloc", aligned_alloc(64, 1024), 1000));
  if (posix_memalign(&p, 64, 1000)) return 3;
  free(seen("posix_memalign", p, 1000));
  free(seen("reallocarray", reallocarray(0, 10, 100), 1000));
  p = malloc(1000);
  n = malloc_usable_size(p);
  memset(p, 2, n);
  free(p);
  FILE *self = fopen("/proc/self/limits", "r");
  if (!self || getline(&line, &size, self) < 1) return 4;
  say("getline", heap_of(line, size));
  fclose(self);
  free(line);
  if (asprintf(&line, "%d %s", 1, "text") < 0) return 5;
  puts(line);
  free(line);
  return n < 1000;
}
