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
//   free                  may change errno (see keep_errno.h)
//   zero bytes, aligned   allocation and sized deallocation choose different size classes (pull request 2991)
#include "jemalloc/internal/jemalloc_preamble.h"

#include "jemalloc/internal/jemalloc_internal_includes.h"

#include "conf.h"

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
}

// GCC calls this for plain x86-64. libgcc's own is not marked for Intel CET on every distribution, and one unmarked
// function makes the whole program unmarked.
#if defined __x86_64__ && !defined __POPCNT__
__attribute__((visibility("hidden"))) int __popcountdi2(long value);
int __popcountdi2(long value) {
  uint64_t bits = (uint64_t)value;
  bits -= bits >> 1 & 0x5555555555555555u;
  bits = (bits & 0x3333333333333333u) + (bits >> 2 & 0x3333333333333333u);
  bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0fu;
  return (int)(bits * 0x0101010101010101u >> 56);
}
#endif

#include "contract.h"
#include "internal.h"
#include "note.h"

#define WEAK __attribute__((weak, visibility("default")))
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
SECOND_NAME(posix_memalign, je_posix_memalign, "cxa_posix_memalign");
SECOND_NAME(aligned_alloc, je_aligned_alloc, "cxa_aligned_alloc");
SECOND_NAME(malloc_usable_size, je_malloc_usable_size, "cxa_malloc_usable_size");

#pragma GCC visibility push(hidden)
extern __typeof(je_free) cxa_je_deallocate __attribute__((alias("cxa_free")));

void *cxa_je_allocate_aligned(size_t size, size_t alignment) { return je_aligned_alloc(alignment, size ? size : 1); }

void cxa_je_deallocate_sized(void *block, size_t size) {
  if (block != NULL) je_sdallocx_noflags(block, size);
}

void cxa_je_deallocate_sized_aligned(void *block, size_t size, size_t alignment) {
  if (block != NULL) je_sdallocx(block, size ? size : 1, MALLOCX_ALIGN(alignment));
}
#pragma GCC visibility pop

WEAK void free_sized(void *block, size_t size) { cxa_je_deallocate_sized(block, size); }

WEAK void free_aligned_sized(void *block, size_t alignment, size_t size) {
  cxa_je_deallocate_sized_aligned(block, size, alignment);
}

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

// Every block of up to 8 bytes is aligned to 8 and every larger one to 16; so are the size classes, and an alignment
// that asks for no more picks the same class.
static bool is_natural(size_t size, size_t alignment) {
  return alignment <= 8 || (alignment <= ((size_t)1 << LG_QUANTUM) && size > 8);
}

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
STRONG_NAME(malloc_usable_size);

static void *provider_allocate(size_t size, size_t alignment) {
  return is_natural(size, alignment) ? je_malloc(size) : cxa_je_allocate_aligned(size, alignment);
}

static void provider_deallocate(void *block, size_t size, size_t alignment) {
  if (is_natural(size, alignment))
    cxa_je_deallocate_sized(block, size);
  else
    cxa_je_deallocate_sized_aligned(block, size, alignment);
}

static int flags_of(size_t alignment) { return alignment <= 1 ? 0 : MALLOCX_ALIGN(alignment); }

static void *provider_reallocate(void *block, size_t old_size, size_t new_size, size_t alignment) {
  (void)old_size;
  if (block == NULL) return provider_allocate(new_size, alignment);
  void *moved = je_rallocx(block, new_size ? new_size : 1, flags_of(alignment));
  if (moved == NULL) errno = ENOMEM;
  return moved;
}

static size_t provider_reallocate_in_place(void *block, size_t old_size, size_t new_size, size_t alignment) {
  (void)old_size;
  return je_xallocx(block, new_size ? new_size : 1, 0, flags_of(alignment));
}

static size_t provider_usable_size(size_t size, size_t alignment) {
  return je_nallocx(size ? size : 1, flags_of(alignment));
}

static int provider_figures(struct cxx_alloc_figures *out) {
  uint64_t epoch = 1;
  size_t length = sizeof epoch;
  je_mallctl("epoch", &epoch, &length, &epoch, length);
  length = sizeof(size_t);
  int error = je_mallctl("stats.allocated", &out->allocated, &length, NULL, 0);
  if (!error) error = je_mallctl("stats.active", &out->active, &length, NULL, 0);
  if (!error) error = je_mallctl("stats.metadata", &out->metadata, &length, NULL, 0);
  if (!error) error = je_mallctl("stats.resident", &out->resident, &length, NULL, 0);
  if (!error) error = je_mallctl("stats.mapped", &out->mapped, &length, NULL, 0);
  if (!error) error = je_mallctl("stats.retained", &out->retained, &length, NULL, 0);
  return error;
}

#define TEXT_OF_(x) #x
#define TEXT_OF(x) TEXT_OF_(x)

static int provider_purge(void) {
  return je_mallctl("arena." TEXT_OF(MALLCTL_ARENAS_ALL) ".purge", NULL, NULL, NULL, 0) == 0;
}

static int provider_dump_profile(const char *path) {
  int error = je_mallctl("prof.dump", NULL, NULL, &path, sizeof path);
  return error == ENOENT ? ENOTSUP : error;
}

WEAK const struct cxx_alloc_provider cxx_alloc_provider = {
    .schema = 1,
    .size = sizeof(struct cxx_alloc_provider),
    .name = "jemalloc",
    .version = CXX_ALLOC_ALLOCATOR_VERSION,
    .allocate = provider_allocate,
    .deallocate = provider_deallocate,
    .reallocate = provider_reallocate,
    .reallocate_in_place = provider_reallocate_in_place,
    .usable_size = provider_usable_size,
    .figures = provider_figures,
    .purge = provider_purge,
    .dump_profile = provider_dump_profile,
    .process_malloc = je_malloc,
};
