// SPDX-License-Identifier: Apache-2.0
// CHECK(expression): says where it does not hold, and ends the program.
#pragma once

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(expression)                                                                                              \
  do {                                                                                                                 \
    if (!(expression)) {                                                                                               \
      fprintf(stderr, "%s:%d: %s (errno %d)\n", __FILE__, __LINE__, #expression, errno);                               \
      _exit(1);                                                                                                        \
    }                                                                                                                  \
  } while (0)

#include <unistd.h>

static inline int is_aligned(const void *block, size_t alignment) { return (uintptr_t)block % alignment == 0; }
