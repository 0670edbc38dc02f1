// SPDX-License-Identifier: Apache-2.0
// The malloc family of an executable, on jemalloc.
//
// jemalloc is built with every name of its own behind cxa_ or cxa_je_, so that a configure script that asks for mallctl
// or sdallocx gets libc's answer. This file is compiled in place of its jemalloc.c, which it includes: the public names
// are then second names of jemalloc's own functions, without a call between, and what jemalloc 5.3.0 and 5.3.1 get
// wrong is defined here instead:
//   free_sized(NULL, n)   5.3.1 puts NULL into the thread's cache (jemalloc pull request 2942)
//   pvalloc(-1)           5.3.1 returns 8 bytes; 5.3.0 has no pvalloc, and libc's would hand out libc's memory
//   memalign, valloc      leave errno alone when they fail; 5.3.0's realloc does so too
//   free                  may change errno (see kernel_calls.h)
//   zero bytes, aligned   allocation and sized deallocation choose different size classes (pull request 2991)
#ifdef CXX_ALLOC_INSTALLED
#include "installed.h"
#else
#include "jemalloc/internal/jemalloc_preamble.h"

#include "jemalloc/internal/jemalloc_internal_includes.h"

#include "conf.h"
#include "early_environment.h"
#include "fork.h"
#include "make_room.h"

// A program may define `malloc_conf`. jemalloc looks at a weak definition of its own; ours would be one more name that
// links, so there is only a weak reference, copied where jemalloc is about to read its options. sc_boot() is the last
// call before that, in both versions.
extern const char *malloc_conf __attribute__((weak));
const char *config_malloc_conf = CXX_ALLOC_DEFAULT_CONF;
static void read_malloc_conf_of_program(void);
static inline void cxa_sc_boot(sc_data_t *data) {
  sc_boot(data);
  read_malloc_conf_of_program();
}
#undef sc_boot
#define sc_boot(data) cxa_sc_boot(data)

#include "src/jemalloc.c"

static void read_malloc_conf_of_program(void) {
  if (&malloc_conf != NULL) je_malloc_conf = malloc_conf;
  if (cxa_je_baked_conf != NULL) config_malloc_conf = cxa_je_baked_conf;
  if (environ == NULL) je_malloc_conf_2_conf_harder = cxa_early_malloc_conf();
}
#endif

#include "chosen.h"
#include "note.h"
#include "routines.h"

#define WEAK __attribute__((weak, visibility("default")))
#ifdef CXX_ALLOC_INSTALLED
WEAK void *malloc(size_t size) { return je_malloc(size); }
WEAK void *calloc(size_t count, size_t size) { return je_calloc(count, size); }
WEAK void *realloc(void *block, size_t size) {
  void *moved = je_realloc(block, size);
  if (unlikely(moved == NULL) && size != 0) errno = ENOMEM;  // jemalloc 5.3.0 leaves it alone
  return moved;
}
WEAK void free(void *block) {
  int error = errno;  // see kernel_calls.h
  je_free(block);
  errno = error;
}
WEAK void *aligned_alloc(size_t alignment, size_t size) { return je_aligned_alloc(alignment, size); }
WEAK size_t malloc_usable_size(void *block) { return je_malloc_usable_size(block); }
#else
// A second name of jemalloc's `target`; `linker_name` is what its je_ macro stands for.
#define SECOND_NAME(name, target, linker_name)                                                                         \
  extern __typeof(target) name __attribute__((weak, visibility("default"), alias(linker_name)))

SECOND_NAME(malloc, je_malloc, "cxa_malloc");
SECOND_NAME(calloc, je_calloc, "cxa_calloc");
#ifndef CXX_ALLOC_JEMALLOC_5_3_0
SECOND_NAME(realloc, je_realloc, "cxa_realloc");
#else
WEAK void *realloc(void *block, size_t size) {
  void *moved = je_realloc(block, size);
  if (unlikely(moved == NULL) && size != 0) errno = ENOMEM;
  return moved;
}
#endif
SECOND_NAME(free, je_free, "cxa_free");
SECOND_NAME(aligned_alloc, je_aligned_alloc, "cxa_aligned_alloc");
SECOND_NAME(malloc_usable_size, je_malloc_usable_size, "cxa_malloc_usable_size");
#endif

// POSIX leaves errno open; glibc sets it, and its tests rely on that.
WEAK int posix_memalign(void **block, size_t alignment, size_t size) {
  int error = je_posix_memalign(block, alignment, size);
  if (unlikely(error != 0)) errno = error;
  return error;
}

// C23's, only where libc has them: a configure script must not find what a shared library cannot have. A runtime built with
// an older glibc is right with a new one too, except in static programs: glibc's free_sized calls free.
#if __GLIBC_PREREQ(2, 43)
WEAK void free_sized(void *block, size_t size) { cxa_je_deallocate_sized(block, size); }

WEAK void free_aligned_sized(void *block, size_t alignment, size_t size) {
  cxa_je_deallocate_sized_aligned(block, size, alignment);
}
#endif

// glibc rounds an alignment that is no power of two up to the next one; programs from before posix_memalign rely on it.
WEAK void *memalign(size_t alignment, size_t size) {
  if (alignment > SIZE_MAX / 2 + 1) {
    errno = EINVAL;
    return NULL;
  }
  size_t power = sizeof(void *);
  while (power < alignment) power *= 2;
  return cxa_je_allocate_aligned(size, power);
}

static size_t page_size(void) { return (size_t)sysconf(_SC_PAGESIZE); }

WEAK void *valloc(size_t size) { return cxa_je_allocate_aligned(size, page_size()); }

WEAK void *pvalloc(size_t size) {
  size_t page = page_size();
  if (size > SIZE_MAX - (page - 1)) {
    errno = ENOMEM;
    return NULL;
  }
  size_t rounded = (size + page - 1) & ~(page - 1);
  return cxa_je_allocate_aligned(rounded ? rounded : page, page);
}

// glibc's names of its own functions. Programs call them (to get behind a malloc_hook, or around a `--wrap=malloc`), and free
// what they get by free.
#define LIBC_NAME(name, target) extern __typeof(target) name __attribute__((weak, visibility("default"), alias(#target)))

LIBC_NAME(__libc_malloc, malloc);
LIBC_NAME(__libc_calloc, calloc);
LIBC_NAME(__libc_realloc, realloc);
LIBC_NAME(__libc_free, free);
LIBC_NAME(__libc_memalign, memalign);
LIBC_NAME(__libc_valloc, valloc);
LIBC_NAME(__libc_pvalloc, pvalloc);
LIBC_NAME(__posix_memalign, posix_memalign);

// valgrind puts its own malloc in the place of a program's only where the symbol is not weak. It goes by address, so a
// strong second name is enough. (valgrind 3.19, coregrind/m_debuginfo/readelf.c: is_global_out)
#define STRONG_NAME(name) extern __typeof(name) cxx_alloc_##name __attribute__((visibility("default"), alias(#name)))

STRONG_NAME(malloc);
STRONG_NAME(calloc);
STRONG_NAME(realloc);
STRONG_NAME(free);
STRONG_NAME(posix_memalign);
STRONG_NAME(aligned_alloc);
STRONG_NAME(memalign);
STRONG_NAME(valloc);
STRONG_NAME(pvalloc);
STRONG_NAME(malloc_usable_size);

#define CHOSEN(name) CXX_ALLOC_CHOSEN(#name, "cxx_alloc_" #name)
CXX_ALLOC_CHOSEN_NOTE(CXX_ALLOC_CHOSEN_MALLOC,
                      CHOSEN(malloc) CHOSEN(calloc) CHOSEN(realloc) CHOSEN(free) CHOSEN(posix_memalign)
                          CHOSEN(aligned_alloc) CHOSEN(memalign) CHOSEN(valloc) CHOSEN(malloc_usable_size));

WEAK const struct cxx_alloc_provider cxx_alloc_provider = {
    .schema = 1,
    .size = sizeof(struct cxx_alloc_provider),
    JEMALLOC_ROUTINES,
    .process_malloc = je_malloc,
};
