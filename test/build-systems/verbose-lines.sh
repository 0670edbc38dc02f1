#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# What CMake, libtool, Bazel and the caches pick out of a link's -v, by their own rules, is what they pick out of the
# compiler's: the line of ours among the others is none of those they look for.
echo 'int main() {}' >main.cc
c++ -c -fPIC main.cc
cat >parse.cmake <<'CODE'
include(CMakeParseImplicitLinkInfo)
file(READ "${FILE}" text)
cmake_parse_implicit_link_info("${text}" libs dirs frameworks log "")
message("${libs}\n${dirs}\n${frameworks}")
CODE
# libtool 2.4.7 looks at a library's lines with " -L" for folders, libraries and objects. Its own conftest.o has no name here.
picked() { grep -e ' -L' "$1" | grep -v '^Configured with:' | tr ' ' '\n' | grep -E '^-[LlR]|\.(l?[oa]|lai|so|obj)$'; }
count() { grep -c -e "$1" "$2" || true; }
for compiler in g++ clang++-22; do
  for kind in '' -shared; do
    "$compiler" -v $kind main.o -o main >bare.txt 2>&1
    CXX_ALLOC_CXX=$compiler "$cxx" -v $kind main.o -o main >ours.txt 2>&1
    [[ $(head -n 1 ours.txt) != 'cxx-alloc: '* && $(tail -n 1 ours.txt) == 'cxx-alloc: '* ]]
    for cmake in "${cmakes[@]}"; do
      "$cmake" -DFILE=bare.txt -P parse.cmake >bare.parsed 2>&1
      "$cmake" -DFILE=ours.txt -P parse.cmake >ours.parsed 2>&1
      grep -q 'stdc++' bare.parsed
      diff bare.parsed ours.parsed
    done
    if [[ $kind == -shared ]]; then
      [[ $(picked bare.txt) == *crtbeginS.o* ]]
      diff <(picked bare.txt) <(picked ours.txt)
    fi
    # Bazel: the last line that begins with ` "` links; ccache and icecc: "-cc1" marks a compilation.
    for mark in '^ "' '"-cc1"'; do [[ $(count "$mark" bare.txt) == "$(count "$mark" ours.txt)" ]]; done
  done
done
