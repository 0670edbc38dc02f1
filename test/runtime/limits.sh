#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# RLIMIT_AS, no overcommit, alignments from 1 byte to 1 GiB: NULL with ENOMEM or bad_alloc, never a crash.
. "$(dirname "$0")/common.sh"
compile_cxx -fsized-deallocation "$here/limits.cc" -o limits.cc.o
for kind in -pie -static; do
  "$cxx" $kind limits.cc.o -o program -pthread
  for name in $(./program); do
    timeout -s KILL 200 ./program "$name" || { echo "$kind: $name: exit status $?" >&2; exit 1; }
  done
done

# jemalloc asks once whether the kernel overcommits; 2 is "never". The setting is the machine's, so only its reading is
# replaced: jemalloc opens the file with the open system call, and a namespace of our own can put another one there.
never=$t/never
echo 2 >"$never"
if unshare -m true 2>/dev/null; then
  for name in address_space_4096 alignments; do
    unshare -m bash -c 'mount --bind "$1" /proc/sys/vm/overcommit_memory && exec ./program "$2"' - "$never" $name
  done
else
  echo "no mount namespace of our own: overcommit off is not tried"
fi

# The limit may be there before the program starts. jemalloc 5.3.0 needs 16 MB, or its second malloc crashes.
"$cxx" limits.cc.o -o program -pthread
for megabytes in ${RUNTIME_UNDER_TEST:-10} 16 32; do
  if [[ $megabytes == "${RUNTIME_UNDER_TEST:-}" ]]; then continue; fi
  (ulimit -v $((megabytes * 1024)) && exec ./program) >said 2>&1 || echo "status $?" >>said
  not grep -i 'segmentation\|status 1[23]' said
done
