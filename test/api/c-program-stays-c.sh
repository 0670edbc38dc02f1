#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The C header costs a C program no library, and works in one that is linked by a C++ driver without its runtime.
. "$(dirname "$0")/common.sh"
libraries() { readelf -d check | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p'; }
c_check "$cc"
[[ $(libraries) == libc.so.6 ]]
./check jemalloc 5.3 jemalloc
# g++ 12 does not know the flag.
gcc -std=c11 -I"$include" -c "$api"/check.c "$api"/elsewhere.c
CXX_ALLOC_CXX=clang++-22 silently "$cxx" -nostdlib++ check.o elsewhere.o -o check
[[ $(libraries) != *libstdc++* ]]
./check jemalloc 5.3 jemalloc
