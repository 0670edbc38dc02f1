#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A link that is made twice touches only what it wrote: the file is found by the driver's or the linker's -o, links stay
# links, and devices and files of somebody else's stay as they are.
cat >own.c <<'C'
#include <stddef.h>
static _Alignas(16) char heap[1 << 20];
static size_t used;
int calls;
void *malloc(size_t n) { calls++; size_t *b = (size_t *)(heap + used); used += (n + 31) & ~(size_t)15; *b = n; return b + 2; }
void free(void *p) { (void)p; }
void *calloc(size_t n, size_t m) { return malloc(n * m); }
void *realloc(void *p, size_t n) { (void)p; return malloc(n); }
C
cat >main.c <<'C'
#include <stdlib.h>
extern int calls;
int main(void) { void *volatile p = malloc(1); free(p); return calls ? 0 : 1; }
C
gcc -fno-builtin -c own.c main.c
links_twice() { silently "$cc" -fno-builtin main.c own.c "$@"; }    # ours goes in first, and the sources tell otherwise

for compiler in gcc clang-22; do
  export CXX_ALLOC_CC=$compiler
  for words in '-Wl,-o,foo' '-Wl,--output=foo' '-Wl,--output -Wl,foo' '-Xlinker -o -Xlinker foo' '-o bar -Wl,-o,foo'; do
    if [[ $compiler == clang* && $words == '-o bar'* ]]; then continue; fi
    rm -f foo
    cp /bin/true a.out
    cp /bin/true bar
    links_twice $words
    ./foo
    not defines_jemalloc foo
    cmp a.out /bin/true
    cmp bar /bin/true
  done

  # A symbolic link, to a file and to nothing.
  for linker in bfd gold mold; do
    rm -f target x y
    ln -s target x
    "$compiler" -fuse-ld=$linker main.o own.o -o x
    kept=$(if [[ -L x ]]; then echo yes; fi)
    rm -f target x
    ln -s target x
    links_twice -fuse-ld=$linker -o x
    [[ $(if [[ -L x ]]; then echo yes; fi) == "$kept" ]]
    ./x
    not defines_jemalloc x
    # A hard link: one file or two, as the linker alone leaves it.
    for who in "$compiler" ours; do
      rm -f x y
      cp /bin/true x
      ln x y
      if [[ $who == ours ]]; then links_twice -fuse-ld=$linker -o x; else "$compiler" -fuse-ld=$linker main.o own.o -o x; fi
      echo "$(stat -c %h x) $(cmp -s x y && echo same)"
    done >links.txt
    [[ $(sort -u links.txt | wc -l) == 1 ]]
  done

  links_twice -o /dev/null
  [[ -c /dev/null ]]
  # What ends in an error leaves nothing of ours behind, and nothing of somebody else's changed.
  rm -f x
  exits 1 "$cc" -fno-builtin main.c own.c -o x --allocator=jemalloc
  [[ ! -e x ]]
  cp /bin/true old
  exits 1 "$cc" main.c missing.c -o old
  cmp old /bin/true
done
