#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/profile_common.sh"
# A profile becomes a call graph; a program of C has profiles too, and asks for them by itself through the API and the
# baked options; without the flag there is no profiling, and the program says so.
cat >main.c <<'END'
#include <cxx_alloc/allocator.h>
#include <stdlib.h>
#include <string.h>
__attribute__((noinline)) void *by_calloc(size_t n) { return calloc(n, 1); }
void *volatile kept;
int main(void) {
  kept = by_calloc(1000000);
  return cxx_alloc_dump_profile("main.heap");
}
END
compile=("$cc" -O2 -fno-optimize-sibling-calls -I"$build/runtime/include" main.c -o main)
silently "${compile[@]}" --allocator-profile --allocator-conf=prof:true,lg_prof_sample:0
silently ./main
read_profile main main.heap
allocates main.heap by_calloc 1000000
not grep -F libstdc++ <(readelf -d main)
rm main.heap
MALLOC_CONF=prof:false exits 95 ./main                   # ENOTSUP
silently "${compile[@]}"
exits 95 ./main
[[ ! -e main.heap ]]

[[ $("${compile[@]}" --allocator-profile --print-allocator) == *'--allocator-profile: with heap profiling'* ]]
[[ $("${compile[@]}" --allocator-profile --print-allocator=json) == *'/executable-profile.o"'* ]]

command -v dot >/dev/null || skip 'dot (graphviz) is not installed'
silently "${compile[@]}" --allocator-profile --allocator-conf=prof:true,lg_prof_sample:0
./main
jeprof --svg main main.heap >graph.svg 2>/dev/null
grep -F '<svg' graph.svg >/dev/null
grep -F by_calloc graph.svg >/dev/null
