// SPDX-License-Identifier: Apache-2.0
// Differs by its allocator in a way that a test can foresee: with ours it takes 3 MB more, and some time that
// depends on the first letter of its name. The system's is the fastest or, if the first word is "system", the slowest.
#include <cxx_alloc/allocator.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int is_ours = strcmp(cxx_alloc_name(), "system") != 0;
  if (is_ours)
    usleep(20000 * (useconds_t)(cxx_alloc_name()[0] - 'a'));
  else if (argc > 1 && strcmp(argv[1], "system") == 0)
    usleep(2000000);
  if (argc > 2 && strcmp(argv[2], "reads") == 0) {
    char line[8] = "";
    if (!fgets(line, sizeof line, stdin) || strcmp(line, "read\n") != 0) return 9;
  }
  if (argc > 2 && strcmp(argv[2], "fails") == 0 && is_ours) return 5;
  if (argc > 2 && strcmp(argv[2], "crashes") == 0) abort();
  if (argc > 2 && strcmp(argv[2], "looks") == 0) {
    char path[4096];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    path[size < 0 ? 0 : size] = 0;
    *strrchr(path, '/') = 0;
    if (chdir(path) != 0 || access("beside", R_OK) != 0 || access("../above", R_OK) != 0) return 8;
  }
  size_t bytes = is_ours ? 3 << 20 : 1;
  char *block = malloc(bytes);
  memset(block, 1, bytes);
  printf("%d\n", block[bytes - 1]);
  free(block);
}
