#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# usage: ccache.sh SECTION of docs/distributed.md. The second build compiles nothing, and its links are done by us as ever.
section=$1
needs ccache
unset CCACHE_DISABLE
export CCACHE_DIR=$t/cache CCACHE_CONFIGPATH=$t/ccache.conf
small_project
# What configuring compiles is not counted.
cmake() {
  if [[ $1 == --build ]]; then ccache --zero-stats; fi
  command cmake "$@"
}
count() { ccache --print-stats | awk -v key="$1" '$1 == key { print $2 }'; }

follow "$section"
[[ $(count cache_miss) == 6 && $(count direct_cache_hit) == 0 ]]
has_jemalloc build/program
not defines_jemalloc build/libparts.so
mv build cold

follow "$section"
[[ $(count cache_miss) == 0 && $(count direct_cache_hit) == 6 ]]
has_jemalloc build/program
not defines_jemalloc build/libparts.so
for object in program.dir/program.cc.o program.dir/one.c.o parts.dir/part3.cc.o; do
  cmp {cold,build}/CMakeFiles/$object
done

# With the environment that it was configured with, or without ours, what is cached is what the compiler alone makes.
g++ -c program.cc -o bare.o
cmp bare.o build/CMakeFiles/program.dir/program.cc.o
