#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# cxx-alloc --allocator-launch COMPILER ARGS: as CMAKE_CXX_LINKER_LAUNCHER, where the compiler itself must keep its name.
echo 'int main() { delete new int; }' >main.cc
echo 'int main(void) { return 0; }' >main.c
export CXX_ALLOC_CXX=false CXX_ALLOC_CC=false
for compiler in g++ clang++-22 "$(command -v g++)"; do
  silently "$cxx" --allocator-launch "$compiler" main.cc -o main
  has_jemalloc main
  silently "$cxx" --allocator-launch "$compiler" -shared -fPIC main.cc -o main.so
  not defines_jemalloc main.so
  silently "$cxx" --allocator-launch "$compiler" main.cc -o main --allocator=system
  has_system main
  [[ $("$cxx" --allocator-launch "$compiler" --version) == "$("$compiler" --version)" ]]
done
silently "$cxx" --allocator-launch gcc main.c -o main
has_jemalloc main
not defines_operators main

# One word is one program.
fake_compiler "with space and 'quote\\/fake-g++"
WORDS=$t/words "$cxx" --allocator-launch "$t/with space and 'quote\\/fake-g++" -c 'a b.cc'
printf '%s\0' "$t/with space and 'quote\\/fake-g++" -c 'a b.cc' | cmp - words
exits 1 "$cxx" --allocator-launch "$t/none" main.cc
[[ $said == "cxx-alloc: error: $t/none: "* ]]
exits 1 "$cxx" --allocator-launch
[[ $said == 'cxx-alloc: error: --allocator-launch: '* ]]
# An empty word is no compiler, and no leave to take another: a variable that is not set.
unset CXX_ALLOC_CXX CXX_ALLOC_CC
exits 1 "$cxx" --allocator-launch '' main.cc -o never
[[ $said == 'cxx-alloc: error: --allocator-launch: '* && ! -e never ]]
exits 1 "$cxx" --allocator-launch '' -c main.cc -o never
[[ $said == 'cxx-alloc: error: --allocator-launch: '* && ! -e never ]]
