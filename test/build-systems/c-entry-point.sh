#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# cc-alloc is a C compiler. Where one variable names the compiler of both languages (Bazel, cgo) it links C++ too, when told
# -lstdc++, and that program gets our operators; a C program never gains a C++ library.
echo 'int class(void) { return 0; } int main(void) { int new = class(); return new; }' >c.c
echo 'int main() { delete new int; }' >main.cc
for c in gcc clang-22; do
  export CXX_ALLOC_CC=$c
  silently "$cc" c.c -o c
  has_jemalloc c
  [[ $(readelf -d c) != *libstdc++* ]]
  silently "$cc" -c main.cc
  silently "$cc" main.o -lstdc++ -lm -o main
  has_jemalloc main
  defines_operators main
  silently "$cc" -shared -fPIC main.cc -lstdc++ -o main.so
  not defines_jemalloc main.so
done
unset CXX_ALLOC_CC
cat >CMakeLists.txt <<'CODE'
cmake_minimum_required(VERSION 3.20)
project(only_c C)
add_executable(c c.c)
CODE
CC=$cc quietly cmake -S . -B tree -G Ninja
quietly cmake --build tree
has_jemalloc tree/c
