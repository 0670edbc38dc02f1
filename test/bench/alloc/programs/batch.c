// SPDX-License-Identifier: Apache-2.0
// malloc of many blocks, then free of all of them, from C: more blocks than a thread's cache holds.
#include <stdlib.h>

enum { batch = 2000 };

int main(int argc, char **argv) {
  size_t rounds = argc > 1 ? 6000 * strtoul(argv[1], NULL, 10) / 100 + 1 : 6000;
  static char *blocks[batch];
  for (size_t round = 0; round < rounds; ++round) {
    for (size_t i = 0; i < batch; ++i) {
      blocks[i] = malloc(16 + (i * 7 + round) % 112);
      blocks[i][0] = (char)i;
    }
    // Every other block first: neighbours do not come back together.
    for (size_t i = 0; i < batch; i += 2) free(blocks[i]);
    for (size_t i = 1; i < batch; i += 2) free(blocks[i]);
  }
  return 0;
}
