// SPDX-License-Identifier: Apache-2.0
// Has the program options of its own, in a variable `malloc_conf`? Other things bear that name too: an object of
// another type is not to be followed, and text that holds no options not to be read as such.
#pragma once

#include "kernel.h"

extern const char *malloc_conf __attribute__((weak));

/// Can this be read as a string? The kernel tells without a fault: it looks whether there is a file of that name.
static bool cxa_is_string(const char *text) {
  char any;
  long result = cxx_alloc_kernel(SYS_readlinkat, AT_FDCWD, (long)text, (long)&any, 1, 0, 0);
  return result != -EFAULT && result != -ENAMETOOLONG;
}

/// The program's options, "key:value,…", or NULL.
static const char *cxa_conf_of_program(void) {
  if (&malloc_conf == NULL || (uintptr_t)&malloc_conf % sizeof(void *) != 0) return NULL;
  const char *words = malloc_conf;
  if (words == NULL || !cxa_is_string(words)) return NULL;
  const char *at = words;
  while ((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9') || *at == '_') at++;
  if (at == words || *at != ':') return NULL;
  for (; *at != '\0'; at++)
    if (*at < ' ' || *at > '~') return NULL;
  return words;
}
