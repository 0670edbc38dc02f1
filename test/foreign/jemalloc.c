// SPDX-License-Identifier: Apache-2.0
// Three entry points of jemalloc that its tests call and that the runtime leaves out, on top of those it has.
#include <stddef.h>
#include <stdlib.h>

size_t cxa_malloc_usable_size(void *block);
void cxa_sdallocx(void *block, size_t size, int flags);

size_t cxa_sallocx(const void *block, int flags) {
  (void)flags;
  return cxa_malloc_usable_size((void *)block);
}

void cxa_dallocx(void *block, int flags) { cxa_sdallocx(block, cxa_malloc_usable_size(block), flags); }

int cxa_posix_memalign(void **block, size_t alignment, size_t size) { return posix_memalign(block, alignment, size); }
