#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# libtool 2.4.7 writes `-rpath FOLDER` for a compiler whose name begins with cxx. clang++ hands it to the linker; g++ knows it
# only behind -Wl, so there it gets that.
mkdir 'a, b'
echo 'int *f() { return new int; }' >f.cc
echo 'int *f(); int main() { delete f(); }' >main.cc
runpath() { readelf -d "$1" | sed -nE 's/.*\(R(UN)?PATH\).*\[(.*)\]/\2/p'; }
for compiler in g++ clang++-22; do
  export CXX_ALLOC_CXX=$compiler
  for folder in "$t" "$t/a, b"; do
    "$compiler" -shared -fPIC f.cc -o "$folder/libf.so"
    silently "$cxx" main.cc "$folder/libf.so" -rpath "$folder" -o main
    has_jemalloc main
    [[ $(runpath main) == "$folder" ]]
    silently "$cxx" main.cc "$folder/libf.so" -rpath "$folder" -o main --allocator=none
    [[ $(runpath main) == "$folder" ]]
    silently "$cxx" -shared -fPIC main.cc -rpath "$folder" -o main.so
    [[ $(runpath main.so) == "$folder" ]]
  done
  # As somebody's value it stays what it is.
  silently "$cxx" main.cc "$t/libf.so" -Xlinker -rpath -Xlinker "$t" -o main
  [[ $(runpath main) == "$t" ]]
done
# Where nothing is linked, and where its folder is missing, the word is the compiler's.
same_as g++ -c -rpath "$t" main.cc -o main.o
same_as g++ main.cc libf.so -o main -rpath
