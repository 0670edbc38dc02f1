#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
. "$suite/distcc.bash"
# usage: distcc.sh SECTION of docs/distributed.md. Two servers do all that is compiled, as their logs say; the links are done
# here, and get their allocators.
section=$1
if [[ $section == *ccache* ]]; then
  needs ccache
  unset CCACHE_DISABLE
  export CCACHE_DIR=$t/cache CCACHE_CONFIGPATH=$t/ccache.conf
fi
small_project
# While there is a folder `met`, each server's compiler waits for the other's to have been called: both get something to do.
# CMake and ccache name the compiler by its path, where the servers run that one.
compilers_meet=0
if [[ $section == 'distcc behind' ]]; then compilers_meet=1; fi
for number in 1 2; do
  mkdir server$number
  for name in gcc g++ "$(gcc -dumpmachine)"-{gcc,g++}; do
    cat >server$number/$name <<CODE
#!/bin/sh
if [ -d "$t/met" ]; then
  : >"$t/met/$number"
  tries=0
  until [ -e "$t/met/$((3 - number))" ] || [ \$tries = 1800 ]; do sleep 0.1; tries=\$((tries + 1)); done
fi
exec /usr/bin/$name "\$@"
CODE
    chmod +x server$number/$name
  done
  start_server $number
  hosts+=" 127.0.0.1:$port/1"
done
export DISTCC_HOSTS=$hosts DISTCC_FALLBACK=0    # what no server does fails

cmake() {
  if [[ $1 == --build ]]; then mkdir -m 777 "$t/met"; fi
  command cmake "$@"
}
follow "$section"
wait_for 6 "$small_project_sources"
one=$(done_by 1 "$small_project_sources") two=$(done_by 2 "$small_project_sources")
((one + two == 6 && (one > 0 && two > 0 || ! compilers_meet))) || { tail -n 30 server?.log; exit 1; }
not grep -E 'cxx-alloc|cc-alloc' server1.log server2.log
has_jemalloc build/program
not defines_jemalloc build/libparts.so
