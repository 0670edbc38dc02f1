#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A little of what was freed stays resident, and nothing where dirty_decay_ms is 0. What the options say by themselves is
# in force unless a program or its user says otherwise.
. "$(dirname "$0")/common.sh"
compile_cxx "$here/freed_pages.cc" -o freed_pages.cc.o
# Two arenas, whatever the number of processors: each idle one keeps a share of 27 MiB.
for kind in -pie -static; do
  "$cxx" $kind freed_pages.cc.o -o program -pthread
  for name in large idle; do
    MALLOC_CONF=narenas:2 ./program $name keeps
    MALLOC_CONF=narenas:2,dirty_decay_ms:0 ./program $name purges
  done
done
"$cxx" freed_pages.cc.o -o baked -pthread --allocator-conf=narenas:2,dirty_decay_ms:0
./baked large purges

echo 'int main(void) { return 0; }' >plain.c
echo 'const char *malloc_conf = "oversize_threshold:16777216"; int main(void) { return 0; }' >own.c
"$cc" plain.c -o plain
"$cc" own.c -o own
"$cc" plain.c -o baked --allocator-conf=oversize_threshold:33554432
[[ $(option oversize_threshold ./plain) == 4194304 && $(option lg_extent_max_active_fit ./plain) == 8 ]]
[[ $(option oversize_threshold ./own) == 16777216 && $(option lg_extent_max_active_fit ./own) == 8 ]]
[[ $(option oversize_threshold ./baked) == 33554432 && $(option lg_extent_max_active_fit ./baked) == 8 ]]
for program in ./plain ./own ./baked; do
  [[ $(option oversize_threshold $program oversize_threshold:67108864) == 67108864 ]]
done
