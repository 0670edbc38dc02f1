#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# libc.a has malloc and its relatives in one member: a static program that calls one of the relatives pulled the whole
# member in beside ours ("multiple definition of malloc"). Ours defines all of them.
cat >main.c <<'C'
#define _GNU_SOURCE
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  void *blocks[] = {malloc(10), calloc(1, 10), realloc(NULL, 10), memalign(64, 10), valloc(10), pvalloc(10),
                    aligned_alloc(64, 64), NULL};
  if (posix_memalign(&blocks[7], 64, 10)) return 1;
  for (int i = 0; i < 8; i++) {
    if (malloc_usable_size(blocks[i]) < 10) return 2;
    free(blocks[i]);
  }
  struct mallinfo2 figures = mallinfo2();
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  struct mallinfo old_figures = mallinfo();
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  malloc_trim(0);
  malloc_stats();
  malloc_info(0, stdout);
  return figures.arena < figures.uordblks || old_figures.arena < 0;
}
C
gcc -fPIE -c main.c
for linker in bfd gold lld mold; do
  for kind in -static -static-pie -no-pie; do
    if [[ $kind == -static-pie ]] && ! makes_static_pie $linker; then continue; fi
    silently "$cc" -fuse-ld=$linker $kind main.o -o main
    has_jemalloc main
  done
done
silently "$cc" -static main.o -o main --allocator=system
has_system main
# One at a time: none of them may be there only by courtesy of another.
for name in mallinfo mallinfo2 malloc_trim malloc_stats malloc_info mallopt pvalloc malloc_usable_size memalign valloc; do
  echo "extern int $name(); int main(void) { return !$name; }" >one.c
  silently "$cc" -static -fno-builtin one.c -o one
  [[ $(nm one) != *' _int_malloc'* ]]                              # libc's malloc did not come in; __libc_malloc is ours too
  ./one
done
