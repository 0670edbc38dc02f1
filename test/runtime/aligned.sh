#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
compile_cxx -fsized-deallocation "$here/aligned.cc" -o aligned.cc.o
for kind in -pie -static; do
  "$cxx" $kind aligned.cc.o -o program
  ./program
done
# A plain compiler's link takes the operators from an archive.
g++ aligned.cc.o -o program -L"$(dirname "$(ls "$(runtime_dir)"/jemalloc/*/liballoc_jemalloc.a | head -n 1)")" \
  -Wl,-u,malloc -lalloc_jemalloc -pthread
./program
