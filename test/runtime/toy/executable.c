// SPDX-License-Identifier: Apache-2.0
// The least that is an allocator: blocks one behind another, each with its size in front, none of which is ever used
// again. toy.sh builds it as one more folder of allocators/, to see that a folder is all it takes (docs/allocators.md).
#include <errno.h>
#include <string.h>

#include "contract.h"

#define HIDDEN __attribute__((visibility("hidden")))
enum { natural = 2 * sizeof(void *) };
static char heap[(size_t)1 << 30] __attribute__((aligned(natural)));
static size_t used, live;

static __attribute__((used)) size_t size_of(void *block) { return block ? ((size_t *)block)[-1] : 0; }
HIDDEN void cxa_toy_free(void *block) { __atomic_fetch_sub(&live, size_of(block), __ATOMIC_RELAXED); }
static void drop(void *at, size_t size, size_t alignment) { (void)size, (void)alignment, cxa_toy_free(at); }

HIDDEN void *cxa_toy_allocate(size_t size, size_t alignment) {
  if (alignment < natural) alignment = natural;
  size_t whole = (size + alignment + 2 * natural - 1) & -(size_t)natural, at;
  if (size > sizeof heap / 4 || alignment > sizeof heap / 4 ||
      (at = __atomic_fetch_add(&used, whole, __ATOMIC_RELAXED)) + whole > sizeof heap)
    return errno = ENOMEM, NULL;
  char *block = (char *)(((uintptr_t)(heap + at) + natural + alignment - 1) & -alignment);
  __atomic_fetch_add(&live, ((size_t *)block)[-1] = size + !size, __ATOMIC_RELAXED);
  return block;
}

static __attribute__((used)) void *take(size_t size) { return cxa_toy_allocate(size, natural); }
static __attribute__((used)) void *take_many(size_t count, size_t size) {
  return take(__builtin_mul_overflow(count, size, &size) ? SIZE_MAX : size);
}
static void *move(void *block, size_t old_size, size_t size, size_t alignment) {
  void *moved = cxa_toy_allocate(size, alignment);
  return moved && block ? (memcpy(moved, block, old_size < size ? old_size : size), cxa_toy_free(block), moved) : moved;
}
static __attribute__((used)) void *resize(void *block, size_t size) {
  return block && !size ? (cxa_toy_free(block), NULL) : move(block, size_of(block), size, natural);
}
static size_t resize_in_place(void *block, size_t old, size_t size, size_t alignment) {
  return (void)old, (void)size, (void)alignment, size_of(block);
}
static size_t size_for(size_t size, size_t alignment) { return (void)alignment, size ? size : 1; }
static int figures(struct cxx_alloc_figures *out) { return *out = (struct cxx_alloc_figures){.allocated = live}, 0; }
static int purge(void) { return 0; }
static int dump_profile(const char *path) { return (void)path, ENOTSUP; }

#define ALLOCATOR_EXACT(X)                                                                                             \
  X(malloc, take, "take")                                                                                              \
  X(calloc, take_many, "take_many")                                                                                    \
  X(realloc, resize, "resize") X(free, cxa_toy_free, "cxa_toy_free") X(malloc_usable_size, size_of, "size_of")
#define allocator_aligned cxa_toy_allocate
#define allocator_free_sized(block, size) cxa_toy_free(block)
#define allocator_free_aligned(block, size, alignment) cxa_toy_free(block)
#define ALLOCATOR_ROUTINES                                                                                             \
  .name = "toy", .version = CXX_ALLOC_ALLOCATOR_VERSION, .allocate = cxa_toy_allocate, .deallocate = drop,             \
  .reallocate = move, .reallocate_in_place = resize_in_place, .usable_size = size_for, .figures = figures,             \
  .purge = purge, .dump_profile = dump_profile
#define ALLOCATOR_MALLOC take
#include "malloc_family.h"
