// SPDX-License-Identifier: Apache-2.0
// What a library does with malloc that it looks up in libc, and with what libc allocates for it.
#include <dlfcn.h>
#include <malloc.h>
#include <string.h>

#include "check.h"

void exchange(void) {
  free(strdup("text"));
  char *line = NULL;
  size_t size = 0;
  FILE *maps = fopen("/proc/self/maps", "r");
  CHECK(maps != NULL && getline(&line, &size, maps) > 0);
  fclose(maps);
  CHECK(malloc_usable_size(line) >= size);
  line = realloc(line, 1000);
  memset(line, 1, 1000);
  free(line);
  void *block = NULL;
  CHECK(posix_memalign(&block, 64, 1000) == 0 && is_aligned(block, 64));
  free(block);
  free(reallocarray(malloc(10), 10, 10));
}

void next(void) {
  void *(*allocate)(size_t) = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
  void (*release)(void *) = (void (*)(void *))dlsym(RTLD_NEXT, "free");
  CHECK(allocate != NULL && release != NULL);
  free(allocate(1000));
  release(strdup("text"));
}

#ifdef CFREE_VERSION
// In a library of its own: this reference binds to libc's cfree and to no other version.
void cfree_of_old(void *block);
__asm__(".symver cfree_of_old, cfree@" CFREE_VERSION);
void release(void) { cfree_of_old(strdup("text")); }
#endif

#ifdef LOADS
void load(void) {
  void (*run)(void) = (void (*)(void))dlsym(dlopen("beside.so", RTLD_NOW | RTLD_DEEPBIND), "exchange");
  CHECK(run != NULL);
  run();
}
#endif
