#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How many instructions a pair of allocation and release takes, by callgrind, which counts the same on every machine: within
# 1 % of what docs/performance.md says, with the compiler that it was measured with; another one may take a tenth more.
. "$(dirname "$0")/common.sh"
command -v valgrind >/dev/null || skip "valgrind is not installed"
CXX_ALLOC_CXX=g++ "$cxx" -std=c++17 -O2 "$here/instructions.cc" -o instructions
# Without what the clock starts, purging and the collection in caches: on a busy machine more of it comes between the same
# instructions.
env -u MALLOC_PERTURB_ MALLOC_CONF=dirty_decay_ms:-1,experimental_tcache_gc:false valgrind --tool=callgrind --callgrind-out-file=counts ./instructions >said.txt 2>&1 || { cat said.txt; exit 1; }
callgrind_annotate --inclusive=yes --threshold=100 counts >annotated.txt
measured=$(gcc -dumpfullversion)
failed=0
while read -r name wanted; do
  total=$(sed -nE "s/^ *([0-9,]+) .*:pairs_$name .*/\1/p" annotated.txt | tr -d ,)
  awk -v name="$name" -v got="$total" -v wanted="$wanted" -v same="$([[ $measured == 12.* ]] && echo 1)" 'BEGIN {
    each = got / 100000
    printf "%s: %.1f instructions, %.1f in docs/performance.md\n", name, each, wanted
    exit got == 0 || each > wanted * (same ? 1.01 : 1.1) || (same && each < wanted * 0.99)
  }' || failed=1
done < <(sed -nE 's/^\| ([a-z]+) pair \|.* ([0-9.]+) \|$/\1 \2/p' "$here/../../docs/performance.md")
[[ $(grep -c ' pair |' "$here/../../docs/performance.md") == 6 ]]
exit $failed
