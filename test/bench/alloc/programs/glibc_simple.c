// SPDX-License-Identifier: Apache-2.0
// After bench-malloc-simple of glibc: so many blocks of one size, allocated and freed again in the same order; from a
// few, which a thread's cache holds, to many. Small sizes only: with more than 128 KiB at a time, glibc returns the top
// of its heap to the system and asks for it again in every round, and nothing else would be measured.
#include <stdlib.h>

enum { most = 1600 };

int main(int argc, char **argv) {
  size_t work = argc > 1 ? 2000000 * strtoul(argv[1], NULL, 10) / 100 + most : 2000000;
  static const size_t sizes[] = {16, 32, 64};
  static const size_t counts[] = {25, 100, 400, most};
  static char *blocks[most];
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; ++s)
    for (size_t c = 0; c < sizeof counts / sizeof *counts; ++c)
      for (size_t round = 0; round < work / counts[c]; ++round) {
        for (size_t i = 0; i < counts[c]; ++i) {
          blocks[i] = malloc(sizes[s]);
          blocks[i][0] = 1;
        }
        for (size_t i = 0; i < counts[c]; ++i) free(blocks[i]);
      }
  return 0;
}
