#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# usage: sccache.sh SECTION of docs/distributed.md. The second build compiles nothing, and its links are done by us as ever. The
# server is this test's own.
section=$1
needs sccache python3
export SCCACHE_DIR=$t/cache SCCACHE_CONF=$t/none SCCACHE_IDLE_TIMEOUT=600 HOME=$t
at_exit() { sccache --stop-server >"$t/stopped" 2>&1 || true; }
for try in 1 2 3 4 5; do
  SCCACHE_SERVER_PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  export SCCACHE_SERVER_PORT
  if sccache --start-server >started 2>&1; then break; fi
  ((try < 5)) || { cat started; exit 1; }
done
small_project
# What configuring compiles is not counted.
cmake() {
  if [[ $1 == --build ]]; then
    sccache --zero-stats
    entries >"$t/before"
  fi
  command cmake "$@"
}
entries() { find "$SCCACHE_DIR" -type f | wc -l; }
count() { sccache --show-stats | sed -nE "s/^Cache $1  +([0-9]+)$/\1/p"; }

follow "$section"
[[ $(count misses) == 6 && $(count hits) == 0 ]]
has_jemalloc build/program
not defines_jemalloc build/libparts.so
mv build cold
# The server writes what it has compiled after it has answered.
for ((wait = 0; wait < 600 && $(entries) < $(<before) + 6; wait++)); do sleep 0.1; done
sleep 1
follow "$section"
[[ $(count misses) == 0 && $(count hits) == 6 ]]
has_jemalloc build/program
not defines_jemalloc build/libparts.so

# Another compiler under a name of its own is another entry; and behind the same name, where sccache looks at what it makes.
if [[ $section == *front ]]; then
  ln -s "$cxx" clang++-22-alloc
  sccache ./clang++-22-alloc -c part1.cc -o part1.o
  readelf -p .comment part1.o | grep clang
  sccache "$cxx" -c part1.cc -o part1.o
  readelf -p .comment part1.o | grep GCC
  sccache --stop-server >/dev/null
  SCCACHE_DIRECT=false sccache --start-server >/dev/null 2>&1
  CXX_ALLOC_CXX=clang++-22 sccache "$cxx" -c part1.cc -o part1.o
  readelf -p .comment part1.o | grep clang
fi
