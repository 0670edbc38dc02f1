#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# -x c++ applies to every later input, so a runtime object that was an input would be parsed as C++; and behind clang's
# -- all words are files.
source='int main() { delete new int; }'
echo "$source" >odd.name
echo 'int *f() { return new int; }' >f.cc
c++ -c f.cc
for compiler in g++ clang++-22; do
  export CXX_ALLOC_CXX=$compiler
  for words in '-x c++ -' '-xc++ -' '-x c++ - -x none f.o' '-x c++ odd.name' '-xc++ odd.name -xnone f.o' 'f.o -x c++ odd.name'; do
    rm -f main
    echo "$source" | silently "$cxx" $words -o main
    has_jemalloc main
  done
  echo 'int main(void) { int new = 0; return new; }' | silently "$cxx" -x c - -o main
  has_jemalloc main
done
echo "$source" >main.cc
for words in '-- main.cc' 'f.o -- main.cc' '-x c++ -- odd.name'; do
  rm -f main
  CXX_ALLOC_CXX=clang++-22 silently "$cxx" -o main $words
  has_jemalloc main
done
cp main.cc ./--allocator=system
rm main
silently "$cxx" -x c++ ./--allocator=system -o main
has_jemalloc main
