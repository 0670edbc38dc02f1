/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the FNV-1a checksum of files.
     checksum FILE...
     checksum --malloc-owner      prints who serves malloc */
#include "malloc_owner.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Reads the rest of `file` into memory, which grows as needed; NULL when there is none. */
static char *read_all(FILE *file, size_t *size) {
  size_t capacity = 4096;
  char *data = malloc(capacity);
  *size = 0;
  while (data) {
    *size += fread(data + *size, 1, capacity - *size, file);
    if (*size < capacity) break;
    char *larger = realloc(data, capacity *= 2);
    if (!larger) free(data);
    data = larger;
  }
  return data;
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "--malloc-owner") == 0) {
    printf("executable\t%s\n", malloc_owner());
    return 0;
  }
  for (int i = 1; i < argc; ++i) {
    size_t size;
    FILE *file = fopen(argv[i], "rb");
    char *data = file ? read_all(file, &size) : NULL;
    if (!data) {
      perror(argv[i]);
      return 1;
    }
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t j = 0; j < size; ++j) hash = (hash ^ (unsigned char)data[j]) * 0x100000001b3;
    printf("%016" PRIx64 "  %s\n", hash, argv[i]);
    free(data);
    fclose(file);
  }
}
