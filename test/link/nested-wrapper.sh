#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A wrapper around us, or under us, that is one of us again: the runtime is linked once.
fake_compiler fake-g++
echo 'int main() { delete new int; }' >main.cc
c++ -c main.cc
printf '#!/bin/sh\nCXX_ALLOC_CXX=%q exec %q "$@"\n' "$t/fake-g++" "$cxx" >inner-g++
printf '#!/bin/sh\nCXX_ALLOC_CXX=g++ exec %q "$@"\n' "$cxx" >real-g++
chmod +x inner-g++ real-g++

WORDS=$t/words CXX_ALLOC_CXX=$t/inner-g++ silently "$cxx" main.o -o main
[[ $(tr '\0' '\n' <words | grep -c 'executable\.o$') == 1 ]]
[[ $(tr '\0' '\n' <words | grep -c 'operators\.o$') == 1 ]]
export CXX_ALLOC_CXX=$t/real-g++
for words in main.o main.cc '-static main.o'; do
  silently "$cxx" $words -o main
  has_jemalloc main
done
silently "$cxx" main.o -o main --allocator=system                 # what the outer one decides holds
has_system main
# Copies in two places, with two runtime folders: still once.
mkdir -p other/bin other/lib
ln -s "$(runtime_dir)" other/lib/cxx-alloc
cp "$(realpath "$cxx")" other/bin/cxx-alloc
printf '#!/bin/sh\nCXX_ALLOC_CXX=g++ exec %q "$@"\n' "$t/other/bin/cxx-alloc" >real-g++
silently "$cxx" main.o -o main
has_jemalloc main
