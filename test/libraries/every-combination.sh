#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# usage: every-combination.sh COMPILER STANDARD [WORDS…]. A library with a jemalloc of its own, at -O0, -O2 and -O3 (which
# of the two sides has which function of std:: depends on all of them), in a host of C, of C++, and of C++ on jemalloc.
# From C++20 on strings are instantiated in every object, and the hosts show all of theirs.
use_compiler "$1"
standard=$2
words=("${@:3}")
gcc -O1 "$here/use_exercise.c" -o host-c
"$compiler" "${words[@]}" -std=c++20 -O0 -c "$here/host.cc"
"$compiler" "${words[@]}" -rdynamic host.o -o host-c++
# share_shape() hands over what carries its own deleter, so there is nothing to warn of. clang 22 finds libstdc++ 12 deprecated.
for level in -O0 -O2 -O3; do
  silently "$cxx" "${words[@]}" -std="$standard" $level -Wno-deprecated-declarations -fPIC -D_GNU_SOURCE -shared \
    "$here/exercise.cc" -pthread --allocator=jemalloc -o guest.so
  is_guest guest.so
  ./host-c ./guest.so >said.txt
  grep -x done said.txt >/dev/null
  grep '^a sentence that is too long' said.txt >/dev/null
  ./host-c++ ./guest.so >said.txt
  grep -x done said.txt >/dev/null
done
# The same program on jemalloc, whose heap the library joins; with the last of the libraries, and needing it.
silently "$cxx" "${words[@]}" -rdynamic host.o -o host-jemalloc
has_jemalloc host-jemalloc ./guest.so
"$compiler" "${words[@]}" -rdynamic -Wl,--no-as-needed host.o ./guest.so -o needs
./needs | grep -x done >/dev/null
