#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Slabs of blocks that take two pages and more hold four of them (19-slabs.patch); upstream's hold one or two.
. "$(dirname "$0")/common.sh"
echo 'int main() { delete new int; }' >main.cc
"$cxx" -O0 main.cc -o ours
g++ -O0 main.cc -o upstream -Wl,--no-as-needed -ljemalloc
for program in ours upstream; do
  MALLOC_CONF=stats_print:true,stats_print_opts:J ./$program >$program.json 2>&1
  python3 -c '
import json, os, sys
page = os.sysconf("SC_PAGESIZE")
bins = json.load(open(sys.argv[1]))["jemalloc"]["arenas"]["bin"]
print(*[slab["nregs"] for slab in bins if slab["size"] >= 2 * page])
' $program.json >$program.blocks
done
[[ $(<ours.blocks) == '4 4 4 4' ]]
[[ $(<upstream.blocks) == '1 2 1 2' ]]
