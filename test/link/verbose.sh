#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# -v at a link adds one line, the last, when it is known what was made; CMake, libtool and Bazel scrape the others for ` -L` and `/ld`. Without a link
# it adds nothing.
echo 'int main() {}' >main.cc
c++ -c main.cc

last_line() {
  local wanted=$1
  shift
  exits 0 "$cxx" -v "$@"
  [[ ${said##*$'\n'} == "$wanted" ]]
  [[ $(grep -c '^cxx-alloc: ' <<<"$said") == 1 ]]
  [[ $wanted != *' -L'* && $wanted != */ld* ]]
}
version=$("$cxx" --allocator-version | sed -n "s/^$expected //p")
[[ $version == [0-9]*.* ]]
for compiler in g++ clang++-22; do
  export CXX_ALLOC_CXX=$compiler
  last_line "cxx-alloc: executable: $expected $version" main.o -o main
  has_jemalloc main
  last_line 'cxx-alloc: executable: system' main.o -o main --allocator=system
  last_line 'cxx-alloc: shared library: system' -shared -fPIC main.cc -o main.so
  last_line 'cxx-alloc: relocatable: system' -r main.o -o all.o
  last_line 'cxx-alloc: executable: user' main.o -ljemalloc -o main
  # The rest is the compiler's own, but for the names of temporary files and our object on the line of the linker.
  "$cxx" -v main.o -o main 2>&1 | sed '$d' | grep -v '/ld\|collect2' >ours.txt
  "$compiler" -v main.o -o main 2>&1 | grep -v '/ld\|collect2' >bare.txt
  diff <(sed '/COLLECT_GCC_OPTIONS/d' bare.txt) <(sed '/COLLECT_GCC_OPTIONS/d' ours.txt)
  exits 0 "$cxx" -v -c main.cc
  [[ $said != *'cxx-alloc: '* ]]
done
# In the log of the linker itself, where CMake asks with -Wl,-v, too.
last_line "cxx-alloc: executable: $expected $version" -Wl,-v main.o -o main
