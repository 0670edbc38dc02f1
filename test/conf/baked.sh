#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# usage: baked.sh COMPILER LINKER. The options are in force in every kind of executable, of C++ and of C, whatever the
# linker does to sections, and MALLOC_CONF beats them.
use "$1" "$2"
baked=--allocator-conf=narenas:3,dirty_decay_ms:1234
echo 'int main() { delete new int; }' >main.cc
echo 'int main(void) { return 0; }' >main.c
"$CXX_ALLOC_CXX" -fPIC -c main.cc -o main.o
"$CXX_ALLOC_CC" -fPIC -c main.c -o c.o

for kind in -pie -no-pie -static -static-pie -Wl,--gc-sections -s -Wl,--gc-sections,--icf=all -flto; do
  if [[ $kind == -static-pie ]] && ! makes_static_pie "$2"; then continue; fi
  if [[ $2$kind == bfd*--icf* ]]; then continue; fi
  input=main.o
  if [[ $kind == -flto ]]; then
    case $1-$2 in clang*lld) ;; clang* | *lld) continue ;; esac    # a linker reads one compiler's LTO
    "$CXX_ALLOC_CXX" -flto -fPIC -c main.cc -o lto.o
    input=lto.o
  fi
  silently "$cxx" "${with[@]}" $kind $input -o main $baked
  [[ $(option narenas ./main) == 3 && $(option dirty_decay_ms ./main) == 1234 ]]
  [[ $(option narenas ./main narenas:5) == 5 && $(option dirty_decay_ms ./main narenas:5) == 1234 ]]
  silently "$cxx" "${with[@]}" $kind $input -o plain
  [[ $(option narenas ./plain) != 3 && $(option dirty_decay_ms ./plain) != 1234 ]]
  silently "$cc" "${with[@]}" $kind c.o -o c $baked
  [[ $(option narenas ./c) == 3 ]]
done
