// SPDX-License-Identifier: Apache-2.0
// Whoever gets around the executable's malloc gets ours all the same. $1 names one way. The plug-in is
// around_plug_in.c.
#include <dlfcn.h>
#include <malloc.h>
#include <string.h>

#include "check.h"

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void *__libc_valloc(size_t size);
void *__libc_pvalloc(size_t size);
void __libc_free(void *block);

static void *open_or_fail(const char *file, int flags) {
  void *handle = dlopen(file, flags);
  if (handle == NULL) fprintf(stderr, "%s\n", dlerror());
  CHECK(handle != NULL);
  return handle;
}

static void run_plug_in(void *handle, const char *function) {
  void (*run)(void) = (void (*)(void))dlsym(handle, function);
  CHECK(run != NULL);
  run();
}

static void deepbind(void) { run_plug_in(open_or_fail("./plug_in.so", RTLD_NOW | RTLD_DEEPBIND), "exchange"); }
static void deepbind_lazily(void) { run_plug_in(open_or_fail("./plug_in.so", RTLD_LAZY | RTLD_DEEPBIND), "exchange"); }
static void next_of_plug_in(void) { run_plug_in(open_or_fail("./plug_in.so", RTLD_NOW), "next"); }

// As ctypes, JNA and P/Invoke do.
static void handle_of_libc(void) {
  void *libc = open_or_fail("libc.so.6", RTLD_NOW);
#define IS_OURS(name) CHECK(dlsym(libc, #name) == (void *)name)
  IS_OURS(malloc);
  IS_OURS(calloc);
  IS_OURS(realloc);
  IS_OURS(free);
  IS_OURS(posix_memalign);
  IS_OURS(aligned_alloc);
  IS_OURS(memalign);
  IS_OURS(valloc);
  IS_OURS(pvalloc);
  IS_OURS(malloc_usable_size);
  IS_OURS(mallinfo2);
  IS_OURS(mallopt);
  IS_OURS(malloc_trim);
  IS_OURS(__libc_malloc);
  IS_OURS(__libc_memalign);
  CHECK(dlsym(libc, "__libc_free") == (void *)free);
  CHECK(dlsym(libc, "strdup") == (void *)strdup);
  void (*release)(void *) = (void (*)(void *))dlsym(libc, "free");
  release(strdup("text"));
}

static void names_of_libc(void) {
  free(__libc_malloc(1000));
  free(__libc_calloc(10, 100));
  free(__libc_realloc(malloc(10), 100));
  free(__libc_memalign(64, 1000));
  free(__libc_valloc(1000));
  free(__libc_pvalloc(1000));
  __libc_free(strdup("text"));
  __libc_free(aligned_alloc(64, 64));
}

// Of binaries from before glibc 2.26. No program can be linked with it today; a library that was calls it still.
static void cfree_of_old(void) {
  void (*release)(void *) = (void (*)(void *))dlvsym(open_or_fail("libc.so.6", RTLD_NOW), "cfree", CFREE_VERSION);
  CHECK(release != NULL);
  release(strdup("text"));
  run_plug_in(open_or_fail("./old.so", RTLD_LAZY), "release");
}

// dlopen is libc's own, which sees who calls it: a library finds what stands beside it.
static void origin(void) { run_plug_in(open_or_fail("./apart/loader.so", RTLD_NOW), "load"); }

// Another libc, of a namespace of its own, has a malloc of its own, and keeps it.
static void second_libc(void) {
  void *plug_in = dlmopen(LM_ID_NEWLM, "./plug_in.so", RTLD_NOW);
  CHECK(plug_in != NULL);
  run_plug_in(plug_in, "exchange");
  CHECK(dlsym(plug_in, "malloc") != NULL && dlsym(plug_in, "malloc") != (void *)malloc);
}

static void libc_is_untouched(void) {
  void *libc = open_or_fail("libc.so.6", RTLD_NOW);
  CHECK(dlsym(libc, "malloc") != (void *)malloc && dlsym(libc, "free") != (void *)free);
  free(strdup("text"));
}

static const struct {
  const char *name;
  void (*run)(void);
} ways[] = {
    {"deepbind", deepbind},
    {"deepbind_lazily", deepbind_lazily},
    {"next_of_plug_in", next_of_plug_in},
    {"handle_of_libc", handle_of_libc},
    {"names_of_libc", names_of_libc},
    {"cfree_of_old", cfree_of_old},
    {"origin", origin},
    {"second_libc", second_libc},
    {"libc_is_untouched", libc_is_untouched},
};

int main(int count, char **arguments) {
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    if (count == 1) puts(ways[i].name);
    if (count > 1 && strcmp(arguments[1], ways[i].name) == 0) return ways[i].run(), 0;
  }
  return count > 1;
}
