#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A malloc that nobody knows is told as "other", also where it has taken the place of ours.
. "$(dirname "$0")/common.sh"
cat >own.c <<'END'
#include <stddef.h>
#include <string.h>
#include <errno.h>
static _Alignas(65536) char heap[64 << 20];
static size_t used;
static void *take(size_t size, size_t alignment) {
  size_t start = (used + 16 + alignment - 1) & ~(alignment - 1);
  if (size > sizeof heap - start) { errno = ENOMEM; return NULL; }
  used = start + size;
  memcpy(heap + start - 8, &size, 8);
  return heap + start;
}
void *malloc(size_t size) { return take(size, 16); }
void free(void *block) { (void)block; }
void *calloc(size_t n, size_t size) { return take(n * size, 16); }
void *realloc(void *block, size_t size) {
  void *moved = take(size, 16);
  size_t old = 0;
  if (block) memcpy(&old, (char *)block - 8, 8);
  if (block && moved) memcpy(moved, block, old < size ? old : size);
  return moved;
}
int posix_memalign(void **out, size_t alignment, size_t size) { return (*out = take(size, alignment)) ? 0 : ENOMEM; }
void *aligned_alloc(size_t alignment, size_t size) { return take(size, alignment); }
END
cat >ask.c <<'END'
#include <cxx_alloc/allocator.h>
int main(void) {
  const char *linked = cxx_alloc_linked();
  struct cxx_alloc_statistics figures;
  void *block = cxx_alloc_allocate(100, 4096);
  block = cxx_alloc_reallocate(block, 100, 200, 4096);
  if (block == NULL || (uintptr_t)block % 4096) return 1;
  cxx_alloc_deallocate(block, 200, 4096);
  if (cxx_alloc_read_statistics(&figures) != ENOTSUP || cxx_alloc_purge() != ENOTSUP) return 1;
  return printf("%s %s\n", cxx_alloc_name(), linked ? linked : "-") < 0;
}
END
gcc -fno-builtin -O2 -c own.c
gcc -O2 -I"$include" -c ask.c
gcc -fno-builtin -O2 -fPIC -shared own.c -o libown.so

for flags in '' -static -no-pie; do
  gcc $flags ask.o own.o -o ask && [[ $(./ask) == 'other -' ]]
  "$cc" $flags ask.o own.o -o ask && [[ $(./ask) == 'other -' ]]
done
gcc ask.o ./libown.so -o ask && [[ $(./ask) == 'other -' ]]
gcc ask.o -o ask && [[ $(LD_PRELOAD=./libown.so ./ask) == 'other -' ]]
"$cc" --allocator=system ask.o -o ask && [[ $(LD_PRELOAD=./libown.so ./ask) == 'other system' ]]

# Over ours, past the driver: the table is there, and its malloc is not the process's.
object=$("$cc" --print-allocator=json x.o | tr ',"[]' '\n' | sed -n 's/^-Wl,//p; /executable\.o$/p' | grep -m1 'executable\.o$')
for flags in '' -static -no-pie; do
  gcc $flags ask.o own.o "$object" -o ask && [[ $(./ask) == 'other jemalloc' ]]
done
