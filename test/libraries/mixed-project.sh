#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# --allocator=jemalloc in the flags of a whole project, as people do: everything in it gets one, and still there is one heap.
unset CC CXX CFLAGS CXXFLAGS LDFLAGS
for words in '' --allocator=jemalloc; do
  for compiler in g++ clang++-22; do
    use_compiler "$compiler"
    tree=$t/tree-$compiler$words
    CC=$cc CXX=$cxx CFLAGS="$words -I$include" CXXFLAGS="$words -I$include -w" LDFLAGS=$words \
      cmake -S "$here/mixed_project" -B "$tree" -G Ninja -DCMAKE_BUILD_TYPE=Release >configure.txt 2>&1 ||
      { cat configure.txt >&2; exit 1; }
    cmake --build "$tree" -j2 >build.txt 2>&1 || { cat build.txt >&2; exit 1; }
    not grep -i warning build.txt
    for library in text words plug_in; do
      if [[ $words ]]; then is_guest "$tree/lib$library.so"; else is_no_guest "$tree/lib$library.so"; fi
    done
    "$tree/program" >said.txt
    # The program's name, and six times the same file: the program.
    [[ $(head -1 said.txt) == jemalloc && $(sed 1d said.txt | wc -l) == 5 ]]
    [[ $(sed 1d said.txt | xargs -d '\n' realpath | sort -u) == "$tree/program" ]]
    has_jemalloc "$tree/program"
  done
done
