#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A C program gets malloc and nothing of the C++ runtime: no library, no operator; nor does a link that leaves that out.
echo '#include <stdlib.h>
int main(void) { free(malloc(10)); return 0; }' >main.c
gcc -c main.c
plain() {
  has_jemalloc main
  not defines_operators main
  not grep -E 'libstdc|libgcc_s|libm\.' <<<"$(readelf -d main)"
}
for compiler in gcc clang-22; do
  export CXX_ALLOC_CC=$compiler
  for words in main.c main.o '-no-pie main.o' '-Wl,--no-as-needed main.o'; do
    silently "$cc" $words -o main
    plain
  done
  silently "$cc" -static main.o -o main
  has_jemalloc main
  not defines_operators main
done
# The C++ driver links its runtime, with --as-needed; C objects alone do not need it, and we add no need.
silently "$cxx" -Wl,--as-needed main.o -o main
plain
CXX_ALLOC_CXX=clang++-22 silently "$cxx" -nostdlib++ -Wl,--as-needed main.o -o main
plain
# With a C++ object they are there; in C that is the case with -lstdc++.
echo 'int main() { delete new int; }' >main.cc
g++ -c main.cc -o cxx.o
silently "$cxx" cxx.o -o main
defines_operators main
silently "$cc" cxx.o -o main -lstdc++
has_jemalloc main
defines_operators main
