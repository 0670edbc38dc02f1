#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# -### shows what would be linked, ours included, and runs nothing.
echo 'int main() {}' >main.cc
for compiler in g++ clang++-22; do
  export CXX_ALLOC_CXX=$compiler
  exits 0 "$cxx" '-###' main.cc -o main
  [[ $said == *$expected/*/executable.o* ]]
  [[ ! -e main ]]
  exits 0 "$cxx" '-###' main.cc -o main --allocator=system
  [[ $said == */system/*/executable.o* && $said != *jemalloc* ]]
  exits 0 "$cxx" '-###' -v main.cc -o main                        # and no line of ours for -v
  [[ $said != *'cxx-alloc: '* ]]
  [[ ! -e main ]]
  # Alone it is a question to the compiler.
  same_as $compiler '-###'
done
touch output
exits 0 "$cxx" '-###' --emit-static-lib main.cc -o output
[[ ! -s output ]]
