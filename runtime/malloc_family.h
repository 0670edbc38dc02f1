// SPDX-License-Identifier: Apache-2.0
// The malloc family of an executable, on any allocator: its names, their weakness, and what glibc and POSIX say of odd
// arguments. Included once, at the end of the file of an allocator that defines, before that,
//
//   ALLOCATOR_EXACT(X)     X(name, function, "its linker name") for malloc, calloc, realloc, free and
//   malloc_usable_size:
//                          functions of the same file that do just what libc's of that name do, errno included. The
//                          public names are second names of theirs, so nothing is called in between. Left out where
//                          they are called exact_malloc, exact_calloc, exact_realloc, exact_free, exact_usable_size.
//   allocator_aligned      void *(size_t size, size_t alignment). A power of two; a size of 0 counts as 1; ENOMEM.
//   allocator_free_sized   void (void *block, size_t size). NULL is allowed.
//   allocator_free_aligned void (void *block, size_t size, size_t alignment). NULL is allowed.
//   ALLOCATOR_ROUTINES     the fields of the table (contract.h), but for schema, size and process_malloc.
//   ALLOCATOR_MALLOC       the function behind malloc, for the last of them.
#pragma once

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "chosen.h"
#include "contract.h"
#include "kernel.h"
#include "note.h"

#define CXX_ALLOC_WEAK __attribute__((weak, visibility("default")))

#ifndef ALLOCATOR_EXACT
#define ALLOCATOR_EXACT(X)                                                                                             \
  X(malloc, exact_malloc, "exact_malloc")                                                                              \
  X(calloc, exact_calloc, "exact_calloc")                                                                              \
  X(realloc, exact_realloc, "exact_realloc")                                                                           \
  X(free, exact_free, "exact_free")                                                                                    \
  X(malloc_usable_size, exact_usable_size, "exact_usable_size")
#endif
#define CXX_ALLOC_SECOND_NAME(name, function, linker_name)                                                             \
  extern __typeof(function) name __attribute__((weak, visibility("default"), alias(linker_name)));
ALLOCATOR_EXACT(CXX_ALLOC_SECOND_NAME)

// glibc rounds an alignment that is no power of two up to the next one; programs from before posix_memalign rely on it.
static inline void *cxx_alloc_rounded(size_t alignment, size_t size) {
  if (alignment > SIZE_MAX / 2 + 1) {
    errno = EINVAL;
    return NULL;
  }
  if (alignment < sizeof(void *)) alignment = sizeof(void *);
  if (__builtin_expect((alignment & (alignment - 1)) != 0, 0))
    alignment = (size_t)1 << (sizeof(long) * CHAR_BIT - (size_t)__builtin_clzl(alignment));
  return allocator_aligned(size, alignment);
}

CXX_ALLOC_WEAK void *aligned_alloc(size_t alignment, size_t size) { return cxx_alloc_rounded(alignment, size); }
CXX_ALLOC_WEAK void *memalign(size_t alignment, size_t size) { return cxx_alloc_rounded(alignment, size); }

// POSIX leaves errno open; glibc sets it, and its tests rely on that.
CXX_ALLOC_WEAK int posix_memalign(void **block, size_t alignment, size_t size) {
  if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return errno = EINVAL;
  void *made = allocator_aligned(size, alignment);
  if (__builtin_expect(made == NULL, 0)) return ENOMEM;
  *block = made;
  return 0;
}

// C23's, only where libc has them: a configure script must not find what a shared library cannot have. A runtime built
// with an older glibc is right with a new one too, except in static programs: glibc's free_sized calls free.
#if __GLIBC_PREREQ(2, 43)
CXX_ALLOC_WEAK void free_sized(void *block, size_t size) { allocator_free_sized(block, size); }

CXX_ALLOC_WEAK void free_aligned_sized(void *block, size_t alignment, size_t size) {
  allocator_free_aligned(block, size, alignment);
}
#endif

static size_t cxx_alloc_page(void) {
  static size_t page;
  if (page == 0) page = cxx_alloc_auxiliary(AT_PAGESZ);
  return page != 0 ? page : 4096;
}

CXX_ALLOC_WEAK void *valloc(size_t size) { return allocator_aligned(size, cxx_alloc_page()); }

CXX_ALLOC_WEAK void *pvalloc(size_t size) {
  size_t page = cxx_alloc_page();
  if (size > SIZE_MAX - (page - 1)) {
    errno = ENOMEM;
    return NULL;
  }
  size_t rounded = (size + page - 1) & ~(page - 1);
  return allocator_aligned(rounded ? rounded : page, page);
}

// glibc's names of its own functions. Programs call them (to get behind a malloc_hook, or around a `--wrap=malloc`),
// and free what they get by free.
#define CXX_ALLOC_LIBC_NAME(name, target)                                                                              \
  extern __typeof(target) name __attribute__((weak, visibility("default"), alias(#target)));
CXX_ALLOC_LIBC_NAME(__libc_malloc, malloc)
CXX_ALLOC_LIBC_NAME(__libc_calloc, calloc)
CXX_ALLOC_LIBC_NAME(__libc_realloc, realloc)
CXX_ALLOC_LIBC_NAME(__libc_free, free)
CXX_ALLOC_LIBC_NAME(__libc_memalign, memalign)
CXX_ALLOC_LIBC_NAME(__libc_valloc, valloc)
CXX_ALLOC_LIBC_NAME(__libc_pvalloc, pvalloc)
CXX_ALLOC_LIBC_NAME(__posix_memalign, posix_memalign)

// valgrind puts its own malloc in the place of a program's only where the symbol is not weak. It goes by address, so a
// strong second name is enough. (valgrind 3.19, coregrind/m_debuginfo/readelf.c: is_global_out)
#define CXX_ALLOC_STRONG_NAME(name)                                                                                    \
  extern __typeof(name) cxx_alloc_##name __attribute__((visibility("default"), alias(#name)));
#define CXX_ALLOC_IF_used CXX_ALLOC_STRONG_NAME
#define CXX_ALLOC_IF_offered CXX_ALLOC_STRONG_NAME
#define CXX_ALLOC_IF_rare(name)
#define FUNCTION(name, role, use) CXX_ALLOC_IF_##use(name)
#include "malloc_family.inc"
#undef FUNCTION
CXX_ALLOC_STRONG_NAME(valloc)
CXX_ALLOC_STRONG_NAME(pvalloc)

CXX_ALLOC_CHOSEN_BEGIN(CXX_ALLOC_PRIVATE_NOTE_CHOSEN_MALLOC)
#define CHOSEN(name) CXX_ALLOC_CHOSEN(#name, "cxx_alloc_" #name)
#include "chosen_functions.inc"
CXX_ALLOC_CHOSEN_END

CXX_ALLOC_WEAK const struct cxx_alloc_provider cxx_alloc_provider = {
    .schema = 1,
    .size = sizeof(struct cxx_alloc_provider),
    ALLOCATOR_ROUTINES,
    .process_malloc = ALLOCATOR_MALLOC,
};
