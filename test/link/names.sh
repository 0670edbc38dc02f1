#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Under the name <driver>-alloc we are that driver; cc-alloc is cc.
echo 'int main(void) { return 0; }' >main.c
echo 'int main() { delete new int; }' >main.cc
mkdir bin
machine=$(g++ -dumpmachine) version=$(g++ -dumpversion)
for driver in g++ gcc clang++-22 clang-22 "$machine-g++-${version%%.*}"; do
  ln -s "$cxx" "bin/$driver-alloc"
  [[ $("bin/$driver-alloc" --version) == "$("$driver" --version)" ]]
  if [[ $driver == *++* ]]; then silently "bin/$driver-alloc" main.cc -o main; else silently "bin/$driver-alloc" main.c -o main; fi
  has_jemalloc main
  [[ $(CXX_ALLOC_CXX=false CXX_ALLOC_CC=false "bin/$driver-alloc" --version) == "$("$driver" --version)" ]]
done
PATH=$t/bin:$PATH silently g++-alloc main.cc -o main
has_jemalloc main

[[ $("$cc" --version) == "$(cc --version)" ]]
[[ $(CXX_ALLOC_CC=clang-22 "$cc" --version) == "$(clang-22 --version)" ]]
[[ $(CXX_ALLOC_CXX=clang++-22 "$cc" --version) == "$(cc --version)" ]]
silently "$cc" main.c -o main
has_jemalloc main
exits 1 "$cc" main.cc -o main                                     # cc links no C++ runtime, and nor does cc-alloc
ln -s "$cxx" bin/no-such-driver-alloc
exits 1 bin/no-such-driver-alloc main.cc
[[ $said == 'cxx-alloc: error: no-such-driver: '* ]]
