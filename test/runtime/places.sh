#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Where large blocks lie: apart, so that they grow in place; near each other while they are few. mremap that moves is no gain on a
# machine whose host keeps shadow tables (docs/performance.md).
. "$(dirname "$0")/common.sh"
compile_cxx "$here/places.cc" -o places.cc.o
for kind in -pie -static; do
  "$cxx" $kind places.cc.o -o places -pthread
  ./places
  MALLOC_CONF=dirty_decay_ms:0,narenas:1 ./places | grep 'VmSize'
done
# Another libc's malloc has no places: the test can tell.
"$cxx" --allocator=system places.cc.o -o plain -pthread
! ./plain 2>plain.said
grep 'moved <= 1\|page_of\|distance' plain.said

# Where the address space has a limit, it is there for blocks.
cat >limited.c <<'C'
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  int blocks = 0;
  while (malloc(8 << 20)) blocks++;
  printf("%d\n", blocks);
}
C
for compiler in gcc "$cc"; do "$compiler" -O0 limited.c -o limited; (ulimit -v 1000000; ./limited) >"$(basename "$compiler").blocks"; done
plain=$(cat gcc.blocks) ours=$(cat "$(basename "$cc").blocks")
echo "blocks of 8 MiB in 1 GB: $ours, plain $plain"
((ours >= plain - 6))
