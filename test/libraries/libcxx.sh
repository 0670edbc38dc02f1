#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# libc++ instead of libstdc++: a library with a jemalloc of its own has a libc++ of its own too, in a host of C, of libc++, and
# of libc++ on jemalloc. libc++abi 22 tells exceptions of the standard library by the address of their type, which a libc++ of
# its own has twice, so that the host catches them with `catch (...)` alone: docs/libraries.md does not promise more.
use_compiler clang++-22
words=(-stdlib=libc++ -std=c++20)
flags=(-O1 -D_GNU_SOURCE -I"$include" -I"$here")
gcc "${flags[@]}" "$here/host.c" -o host
gcc -O1 "$here/use_exercise.c" -o host-c
clang++-22 "${words[@]}" -O0 -rdynamic "$here/host.cc" -o host-libc++
silently "$cxx" "${words[@]}" -O0 -rdynamic "$here/host.cc" -o host-jemalloc
for linker in "${linkers[@]}"; do
  use_linker "$linker"
  silently "$cxx" "${with[@]}" "${words[@]}" "${flags[@]}" -fPIC -shared "$here/guest.cc" --allocator=jemalloc -o guest.so
  is_guest guest.so
  ./host ./guest.so
done
for level in -O0 -O2; do
  silently "$cxx" "${words[@]}" $level -w -D_GNU_SOURCE -fPIC -shared "$here/exercise.cc" -pthread --allocator=jemalloc -o exercise.so
  is_guest exercise.so
  for host in ./host-c ./host-libc++ ./host-jemalloc; do $host ./exercise.so without-exceptions | grep -x done >/dev/null; done
done
has_jemalloc host-jemalloc ./exercise.so without-exceptions
status=0
(ulimit -c 0; ./host-libc++ ./exercise.so >said.txt 2>&1) || status=$?
((status != 0))
grep 'uncaught exception of type std::runtime_error' said.txt >/dev/null
