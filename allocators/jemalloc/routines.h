// SPDX-License-Identifier: Apache-2.0
// The five routines and the figures of contract.h, on the jemalloc.c that the including file has compiled. Each runtime
// object has a jemalloc of its own, so each has these of its own.
#pragma once

#include "contract.h"
#include "figures.h"
#include "internal.h"

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

#pragma GCC visibility push(hidden)
#ifdef CXX_ALLOC_INSTALLED
void *cxa_je_allocate(size_t size) { return je_malloc(size); }
void cxa_je_deallocate(void *block) { je_free(block); }
#else
extern __typeof(je_malloc) cxa_je_allocate __attribute__((alias("cxa_malloc")));
extern __typeof(je_free) cxa_je_deallocate __attribute__((alias("cxa_free")));
#endif

void *cxa_je_allocate_aligned(size_t size, size_t alignment) { return je_aligned_alloc(alignment, size ? size : 1); }

void cxa_je_deallocate_sized(void *block, size_t size) {
  if (block != NULL) je_sdallocx_noflags(block, size);
}

void cxa_je_deallocate_sized_aligned(void *block, size_t size, size_t alignment) {
  if (block != NULL) je_sdallocx(block, size ? size : 1, MALLOCX_ALIGN(alignment));
}
#pragma GCC visibility pop

// Every block of up to 8 bytes is aligned to 8 and every larger one to 16; so are the size classes, and an alignment
// that asks for no more picks the same class.
static bool is_natural(size_t size, size_t alignment) {
  return alignment <= 8 || (alignment <= ((size_t)1 << LG_QUANTUM) && size > 8);
}

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

#define TEXT_OF_(x) #x
#define TEXT_OF(x) TEXT_OF_(x)

static int provider_purge(void) {
  return je_mallctl("arena." TEXT_OF(MALLCTL_ARENAS_ALL) ".purge", NULL, NULL, NULL, 0) == 0;
}

static int provider_dump_profile(const char *path) {
  int error = je_mallctl("prof.dump", NULL, NULL, &path, sizeof path);
  return error == ENOENT ? ENOTSUP : error;
}

/// The fields of a table that stands on these.
#define JEMALLOC_ROUTINES                                                                                              \
  .name = "jemalloc", .version = CXX_ALLOC_ALLOCATOR_VERSION, .allocate = provider_allocate,                           \
  .deallocate = provider_deallocate, .reallocate = provider_reallocate,                                                \
  .reallocate_in_place = provider_reallocate_in_place, .usable_size = provider_usable_size,                            \
  .figures = provider_figures, .purge = provider_purge, .dump_profile = provider_dump_profile
