// SPDX-License-Identifier: Apache-2.0
// The program of the matrix: short to compile; what takes time to compile is in streams.cc.
#include "who.h"
void streams();
int main() {
  home("free", seen("malloc", malloc(1000), 1000));
  char *text = strdup("some text that a heap has to hold");
  say("strdup", heap_of(text, 34));
  puts(text);
  free(text);
  free(seen("calloc", calloc(10, 100), 1000));
  free(seen("realloc", realloc(malloc(100), 5000), 5000));
  free(seen("aligned_alloc", aligned_alloc(64, 1024), 1000));
  char *line = nullptr;
  size_t size = 0;
  FILE *self = fopen("/proc/self/limits", "r");
  if (!self || getline(&line, &size, self) < 1) return 4;
  say("getline", heap_of(line, size));
  fclose(self);
  free(line);
  fflush(stdout);
  delete[] static_cast<char *>(seen("new[]", new char[1000], 1000));
  streams();
}
