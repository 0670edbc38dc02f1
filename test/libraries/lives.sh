#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A library with a jemalloc of its own is opened and closed again and again, leaves threads behind and forks among them.
# In a process of libc's malloc, and in one of ours, which it joins.
flags=(-O1 -fPIC -I"$include")
gcc -O1 -D_GNU_SOURCE "$here/use_lives.c" -pthread -o plain
silently "$cc" -O1 -D_GNU_SOURCE "$here/use_lives.c" -pthread -o ours
defines_jemalloc ours
for compiler in g++ clang++-22; do
  use_compiler "$compiler"
  silently "$cxx" "${flags[@]}" -shared "$here/lives.cc" -pthread --allocator=jemalloc -o lives.so
  is_guest lives.so
  for host in plain ours; do
    for what in cycles fork threads; do ./$host ./lives.so $what; done
  done
done
