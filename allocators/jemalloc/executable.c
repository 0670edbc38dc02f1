// SPDX-License-Identifier: Apache-2.0
// jemalloc, as the malloc of an executable.
//
// jemalloc is built with every name of its own behind cxa_ or cxa_je_, so that a configure script that asks for mallctl
// or sdallocx gets libc's answer. This file is compiled in place of its jemalloc.c, which it includes: the public names
// are then second names of jemalloc's own functions (malloc_family.h of the runtime), without a call between. What
// jemalloc 5.3.0 and 5.3.1 get wrong does not reach them:
//   free_sized(NULL, n)   5.3.1 puts NULL into the thread's cache (jemalloc pull request 2942)
//   pvalloc(-1)           5.3.1 returns 8 bytes; 5.3.0 has no pvalloc, and libc's would hand out libc's memory
//   memalign, valloc      leave errno alone when they fail; 5.3.0's realloc does so too
//   free                  may change errno (kernel_calls.h)
//   zero bytes, aligned   allocation and sized deallocation choose different size classes (pull request 2991)
#ifdef CXX_ALLOC_INSTALLED
#include "installed.h"
#else
#include "jemalloc/internal/jemalloc_preamble.h"

#include "jemalloc/internal/jemalloc_internal_includes.h"

#include "conf.h"
#include "fork.h"
#include "make_room.h"
#include "startup.h"

// jemalloc looks at a weak definition of its own; ours would be one more name that links, so there is only a weak
// reference (conf_of_program.h), copied where jemalloc is about to read its options. sc_boot() is the last call before
// that, in both versions.
const char *config_malloc_conf = CXX_ALLOC_DEFAULT_CONF;
static void read_malloc_conf_of_program(void);
static inline void cxa_sc_boot(sc_data_t *data) {
  sc_boot(data);
  read_malloc_conf_of_program();
}
#undef sc_boot
#define sc_boot(data) cxa_sc_boot(data)

#include "src/jemalloc.c"

#include "conf_of_program.h"

static void read_malloc_conf_of_program(void) {
  const char *words = cxa_conf_of_program();
  if (words != NULL) je_malloc_conf = words;
  if (cxa_je_baked_conf != NULL) config_malloc_conf = cxa_je_baked_conf;
}

// Before the constructors of all libraries: handlers of pthread_atfork() that they register run before ours then, while
// the allocator's locks are free.
static void start(int count, char **arguments, char **environment) {
  (void)count;
  (void)arguments;
  cxx_alloc_start(environment);
  malloc_init();
}
__attribute__((section(".preinit_array"), used)) static void (*const start_early)(int, char **, char **) = start;
#endif

#include "routines.h"

#ifdef CXX_ALLOC_INSTALLED
static __attribute__((used)) void *exact_malloc(size_t size) { return je_malloc(size); }
static __attribute__((used)) void *exact_calloc(size_t count, size_t size) { return je_calloc(count, size); }
static __attribute__((used)) void *exact_realloc(void *block, size_t size) {
  void *moved = je_realloc(block, size);
  if (unlikely(moved == NULL) && size != 0) errno = ENOMEM;  // jemalloc 5.3.0 leaves it alone
  return moved;
}
static __attribute__((used)) void exact_free(void *block) {
  int error = errno;
  je_free(block);
  errno = error;
}
static __attribute__((used)) size_t exact_usable_size(void *block) { return je_malloc_usable_size(block); }
#else
#ifdef CXX_ALLOC_JEMALLOC_5_3_0
static __attribute__((used)) void *exact_realloc(void *block, size_t size) {
  void *moved = je_realloc(block, size);
  if (unlikely(moved == NULL) && size != 0) errno = ENOMEM;
  return moved;
}
#define REALLOC(X) X(realloc, exact_realloc, "exact_realloc")
#else
#define REALLOC(X) X(realloc, je_realloc, "cxa_realloc")
#endif
#define ALLOCATOR_EXACT(X)                                                                                             \
  X(malloc, je_malloc, "cxa_malloc")                                                                                   \
  X(calloc, je_calloc, "cxa_calloc")                                                                                   \
  REALLOC(X)                                                                                                           \
  X(free, je_free, "cxa_free")                                                                                         \
  X(malloc_usable_size, je_malloc_usable_size, "cxa_malloc_usable_size")
#endif
#define allocator_aligned cxa_je_allocate_aligned
#define allocator_free_sized cxa_je_deallocate_sized
#define allocator_free_aligned cxa_je_deallocate_sized_aligned
#define ALLOCATOR_ROUTINES JEMALLOC_ROUTINES
#define ALLOCATOR_MALLOC je_malloc
#include "malloc_family.h"
