// SPDX-License-Identifier: Apache-2.0
// An executable that stays with the process's own malloc: the note, and the same table on top of libc.
//
// All that it refers to is weak: the object stands first on the link line, and would have the linker take a member out
// of the user's archives that nobody else asks for. glibc's startup files bring these into every program, with -static
// too, except mallinfo2 and malloc_trim where the program has a malloc of its own.
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "note.h"

extern __typeof(malloc) malloc __attribute__((weak));
extern __typeof(free) free __attribute__((weak));
extern __typeof(realloc) realloc __attribute__((weak));
extern __typeof(posix_memalign) posix_memalign __attribute__((weak));
extern __typeof(malloc_usable_size) malloc_usable_size __attribute__((weak));
// By another name, for GCC 12 refers to a memcpy that it knows as strongly as ever.
extern __typeof(memcpy) libc_memcpy __asm__("memcpy") __attribute__((weak));
extern __typeof(__errno_location) __errno_location __attribute__((weak));
extern __typeof(malloc_trim) malloc_trim __attribute__((weak));
#if __GLIBC_PREREQ(2, 33)
extern __typeof(mallinfo2) mallinfo2 __attribute__((weak));
#endif

static void *system_allocate(size_t size, size_t alignment) {
  // malloc aligns for any object that fits: 8 bytes from a preloaded jemalloc are not aligned to 16.
  if (size < alignment || size == 0) size = alignment;
  if (alignment <= _Alignof(max_align_t)) return malloc(size);
  void *block = NULL;
  int error = posix_memalign(&block, alignment, size);
  if (error) errno = error;
  return error ? NULL : block;
}

static void system_deallocate(void *block, size_t size, size_t alignment) {
  (void)size;
  (void)alignment;
  free(block);
}

static void *system_reallocate(void *block, size_t old_size, size_t new_size, size_t alignment) {
  if (new_size < alignment || new_size == 0) new_size = alignment;
  if (alignment <= _Alignof(max_align_t)) return realloc(block, new_size);
  void *moved = system_allocate(new_size, alignment);
  if (moved == NULL || block == NULL) return moved;
  libc_memcpy(moved, block, old_size < new_size ? old_size : new_size);
  free(block);
  return moved;
}

static size_t system_reallocate_in_place(void *block, size_t old_size, size_t new_size, size_t alignment) {
  (void)old_size;
  (void)new_size;
  (void)alignment;
  return malloc_usable_size(block);
}

// libc cannot say before it has allocated.
static size_t system_usable_size(size_t size, size_t alignment) {
  (void)alignment;
  return size ? size : 1;
}

static int system_figures(struct cxx_alloc_figures *out) {
#if __GLIBC_PREREQ(2, 33)
  if (mallinfo2) {
    struct mallinfo2 info = mallinfo2();
    *out = (struct cxx_alloc_figures){.allocated = info.uordblks + info.hblkhd, .mapped = info.arena + info.hblkhd};
    return 0;
  }
#endif
  (void)out;
  return ENOTSUP;
}

static int system_purge(void) { return malloc_trim ? malloc_trim(0) : 0; }

static int system_dump_profile(const char *path) {
  (void)path;
  return ENOTSUP;
}

__attribute__((weak, visibility("default"))) const struct cxx_alloc_provider cxx_alloc_provider = {
    .schema = 1,
    .size = sizeof(struct cxx_alloc_provider),
    .name = "system",
    .version = "",
    .allocate = system_allocate,
    .deallocate = system_deallocate,
    .reallocate = system_reallocate,
    .reallocate_in_place = system_reallocate_in_place,
    .usable_size = system_usable_size,
    .figures = system_figures,
    .purge = system_purge,
    .dump_profile = system_dump_profile,
};
