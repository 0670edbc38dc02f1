// SPDX-License-Identifier: Apache-2.0
#include <cxx_alloc/allocator.h>
#include <stdlib.h>
#include <string.h>

char *copy_bytes(const char *bytes, size_t size) {
  char *copy = malloc(size);
  return copy != NULL ? memcpy(copy, bytes, size) : NULL;
}

const char *allocator_of_bytes(void) { return cxx_alloc_identify().file; }
