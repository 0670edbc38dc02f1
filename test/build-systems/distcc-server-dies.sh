#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
. "$suite/distcc.bash"
# A server that dies while it compiles loses nothing: the other one, or this machine, does its work. Nor do two dead ones.
small_project
mkdir server1
# While there is a folder `trap`, the first server's compiler goes on until its server is gone.
for name in gcc g++ "$(gcc -dumpmachine)"-{gcc,g++}; do
  cat >server1/$name <<CODE
#!/bin/sh
if [ -d "$t/trap" ]; then
  : >"$t/trap/caught"
  tries=0
  while kill -0 \$PPID && [ \$tries -lt 1800 ]; do sleep 0.1; tries=\$((tries + 1)); done
  exit 1
fi
exec /usr/bin/$name "\$@"
CODE
  chmod +x server1/$name
done
start_server 1
hosts=127.0.0.1:$port/1
disown
start_server 2
disown
export DISTCC_HOSTS="$hosts 127.0.0.1:$port/1" CXX_ALLOC_CC='distcc gcc' CXX_ALLOC_CXX='distcc g++'
CC=$cc CXX=$cxx quietly cmake -S . -B build -G Ninja

mkdir -m 777 trap
ninja -C build -j 2 >built 2>&1 </dev/null &
building=$!
for ((wait = 0; wait < 1800; wait++)); do
  if [[ -e trap/caught ]]; then break; fi
  sleep 0.1
done
[[ -e trap/caught ]]
kill -9 -- -"${servers[0]}"
wait $building || { cat built; exit 1; }
has_jemalloc build/program
not defines_jemalloc build/libparts.so
wait_for 1 "$small_project_sources"

kill -9 -- -"${servers[1]}"
ninja -C build clean >built 2>&1
ninja -C build -j 2 >built 2>&1 </dev/null || { cat built; exit 1; }
has_jemalloc build/program
