#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What jemalloc gets wrong by itself does not reach a user: defects.cc names each. In a dynamic and a static program.
. "$(dirname "$0")/common.sh"
compile_cxx -fsized-deallocation "$here/defects.cc" -o defects.cc.o
for kind in -pie -static; do
  "$cxx" $kind defects.cc.o -o program
  for name in $(./program); do
    ./program "$name" || { echo "$kind: $name: exit status $?" >&2; failed=1; }
  done
done
[[ -z ${failed:-} ]]

# The tests can fail: Debian's jemalloc, preloaded under the same program, has its defects.
preloaded=$(ls /usr/lib/*/libjemalloc.so.2 2>/dev/null || true)
if [[ $preloaded ]]; then
  "$cxx" --allocator=none defects.cc.o -o bare
  for name in errno_of_memalign errno_of_valloc pvalloc_overflow; do
    exits_badly() { not env LD_PRELOAD="$preloaded" ./bare "$1"; }
    exits_badly $name 2>/dev/null || { echo "$name passes on jemalloc 5.3.0 itself" >&2; exit 1; }
  done
fi
