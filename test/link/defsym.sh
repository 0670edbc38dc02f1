#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A malloc that only the linker defines, as another name of a function of the program, counts as the program's own.
cat >main.c <<'C'
#include <stdlib.h>
static char heap[1 << 16];
static size_t used;
int calls;
void *my_malloc(size_t n) { calls++; used += (n + 15) & ~15ul; return heap + used - ((n + 15) & ~15ul); }
void my_free(void *p) { (void)p; }
void *my_calloc(size_t n, size_t m) { return my_malloc(n * m); }
void *my_realloc(void *p, size_t n) { (void)p; return my_malloc(n); }
int main() { free(malloc(10)); return calls == 1 ? 0 : 1; }
C
gcc -fno-builtin -c main.c
family=(malloc free calloc realloc)
joined=() spaced=() xlinker=()
for name in "${family[@]}"; do
  joined+=("-Wl,--defsym=$name=my_$name")
  spaced+=("-Wl,--defsym,$name=my_$name")
  xlinker+=(-Xlinker -defsym -Xlinker "$name=my_$name")
done
for linker in bfd gold lld mold; do
  for form in joined spaced xlinker; do
    declare -n words=$form
    [[ $(decision main.o "${words[@]}") == 'executable user user-symbols' ]]
    silently "$cc" -fuse-ld=$linker main.o -o main "${words[@]}"
    not defines_jemalloc main
    ./main
  done
done
# Another symbol is nothing to us.
silently "$cc" -Wl,--defsym=another=my_malloc main.o -o main
defines_jemalloc main
