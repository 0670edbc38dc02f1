#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A program that replaces only some operators: the forms that it leaves out stand on its own, as [new.delete] says.
# Linked by cxx-alloc, and by a plain compiler with our archive.
. "$(dirname "$0")/common.sh"
archive=$(runtime_dir)/jemalloc/$(uname -m)-linux-gnu
# As alloc_jemalloc.pc names it: mold 3 takes a DSO's malloc before a weak one that is in an archive only.
library=(-L"$archive" -Wl,-u,cxx_alloc_provider -lalloc_jemalloc -pthread)
for which in 1 2 3 4; do
  for compiler in g++ clang++-22; do
    $compiler -std=c++17 -O1 -fno-builtin -fsized-deallocation -I"$here" -DREPLACE=$which \
      -c "$here/partial_operators.cc" -o replace.o
    "$cxx" replace.o -o program
    ./program
    [[ $(allocator_at_run_time ./program) == jemalloc ]]
    for linker in "${linkers[@]}"; do
      $compiler -fuse-ld=$linker replace.o "${library[@]}" -o program
      ./program
      [[ $(allocator_at_run_time ./program) == jemalloc ]]
    done
  done
done

# The whole set is there for a program without operators of its own.
echo 'int main() { delete new int; }' >main.cc
g++ main.cc "${library[@]}" -o program
[[ $(allocator_at_run_time ./program) == jemalloc ]]

# The test can fail: the object that cxx-alloc links for programs without operators of their own must not come here.
g++ -std=c++17 -O1 -fno-builtin -I"$here" -DREPLACE=1 "$here/partial_operators.cc" \
  "$archive"/{executable,operators}.o -o wrong
not ./wrong 2>/dev/null
