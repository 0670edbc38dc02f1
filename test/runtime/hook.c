// SPDX-License-Identifier: Apache-2.0
// For preloads.sh: what a function in front of libc's does before it goes on.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>

void *hook(const char *name) __attribute__((visibility("hidden")));
void *hook(const char *name) {
  static __thread int depth __attribute__((tls_model("initial-exec")));
  if (depth++ == 0) {
    free(malloc(100));
    char *volatile kept = malloc(5000);
    kept[0] = 1;
    dlsym(RTLD_DEFAULT, "cxx_alloc_there_is_no_such_name");
    free(kept);
  }
  void *next = dlsym(RTLD_NEXT, name);
  depth--;
  if (next == NULL) abort();
  return next;
}
