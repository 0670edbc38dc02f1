#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# An executable gets jemalloc, a library the malloc of the process, building blocks nothing; the note says so. One command
# from a source, one from an object, one from a library that is linked.
echo 'int *f() { return new int; }' >f.cc
echo 'int *f(); int main() { delete f(); }' >main.cc
for compiler in g++ clang++-22; do
  export CXX_ALLOC_CXX=$compiler
  silently "$cxx" -fPIC -shared f.cc -o libf.so
  is_shared_library libf.so
  not defines_jemalloc libf.so
  [[ $(note_of libf.so) == *'"allocator":"process"'* ]]

  silently "$cxx" main.cc libf.so -Wl,-rpath,"$t" -o main
  has_jemalloc main
  silently "$cxx" -c main.cc f.cc
  "$compiler" -c main.cc -o bare.o
  cmp main.o bare.o
  silently "$cxx" main.o f.o -o main
  has_jemalloc main

  # The process's malloc is the host's: whoever opens the library decides.
  "$compiler" main.o libf.so -Wl,-rpath,"$t" -o bare
  has_system bare
done
[[ $(decision -c main.cc) == 'none none not-a-link' ]]
[[ $(decision -r main.o) == 'relocatable system output-default' ]]
[[ $(decision --emit-static-lib main.cc) == 'static-library system output-default' ]]
