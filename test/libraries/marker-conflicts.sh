#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Two allocators asked for in one link are an error that names both, wherever each is asked for; nothing is left behind.
# What is said on the command line overrules what is said in a source, and --print-allocator says so.
flags=(-O1 -I"$include" -fPIC)
printf '#include <cxx_alloc/use_system.h>\nint part() { return 0; }\n' >system.cc
printf '#include <cxx_alloc/use_jemalloc.h>\nint other() { return 0; }\n' >jemalloc.cc
printf 'int part(); int other(); int main() { delete new int; return part() + other(); }\n' >main.cc
printf 'int part(); int main() { delete new int; return part(); }\n' >one.cc
c++ "${flags[@]}" -c system.cc
c++ "${flags[@]}" -c jemalloc.cc
c++ "${flags[@]}" -c main.cc
c++ "${flags[@]}" -c one.cc
ar rcs libsystem.a system.o
ar rcs libjemalloc_asked.a jemalloc.o
# The words of a link, and what its error names.
conflict() {
  local names=$1 name
  shift
  rm -f program
  exits 1 "$cxx" "${flags[@]}" "$@" -o program
  [[ $said == 'cxx-alloc: error: cannot link two allocators: '* ]]
  for name in $names; do [[ $said == *"$name"* ]]; done
  [[ ! -e program ]]
}
for compiler in g++ clang++-22; do
  use_compiler "$compiler"
  conflict 'system.o jemalloc.o' main.o system.o jemalloc.o
  conflict 'system.o jemalloc.o' -shared system.o jemalloc.o
  conflict 'use_system.h jemalloc.o program' main.o system.cc jemalloc.o
  conflict 'use_system.h use_jemalloc.h program' main.cc system.cc jemalloc.cc
  conflict 'system.o libjemalloc_asked.a(jemalloc.o)' main.o system.o libjemalloc_asked.a
  conflict 'libsystem.a(system.o) libjemalloc_asked.a(jemalloc.o)' main.o libsystem.a libjemalloc_asked.a
  conflict '-lalloc_system jemalloc.o' main.o libsystem.a jemalloc.o -lalloc_system
  conflict '-lalloc_jemalloc system.o' one.o system.o -lalloc_jemalloc
  conflict '-lalloc_jemalloc' one.o system.cc -lalloc_jemalloc
  conflict 'jemalloc.o -ltcmalloc_minimal' main.o libsystem.a jemalloc.o -ltcmalloc_minimal
  # A member that is not linked has no say in this either.
  silently "$cxx" one.o system.o libjemalloc_asked.a -o program
  has_system program
done

# system in a source, and an allocator of the user's own: the source does not get what is linked out of the way.
[[ $(decision one.o system.o -ltcmalloc_minimal) == 'executable user linked-library' ]]

# Overruled.
use_compiler g++
overruled='asks for system and is overruled'
silently "$cxx" one.o system.o --allocator=jemalloc -o program; has_jemalloc program
CXX_ALLOC=jemalloc silently "$cxx" one.o system.o -o program; has_jemalloc program
silently "$cxx" "${flags[@]}" one.cc system.cc --allocator=jemalloc -o program; has_jemalloc program
silently "$cxx" main.o system.o jemalloc.o --allocator=jemalloc -o program; has_jemalloc program
silently "$cxx" main.o system.o jemalloc.o --allocator=system -o program; has_system program
[[ $("$cxx" --print-allocator one.o system.o --allocator=jemalloc) == *"system.o $overruled"* ]]
[[ $(CXX_ALLOC=jemalloc "$cxx" --print-allocator one.o system.o) == *"system.o $overruled"* ]]
[[ $("$cxx" --print-allocator one.o libsystem.a --allocator=jemalloc) == *"libsystem.a(system.o) $overruled"* ]]
[[ $("$cxx" --print-allocator one.o libsystem.a -lalloc_system --allocator=jemalloc) == *"-lalloc_system $overruled"* ]]
# --allocator=auto takes the environment back, and the source counts.
CXX_ALLOC=jemalloc silently "$cxx" one.o system.o --allocator=auto -o program; has_system program
# --allocator=none is the compiler alone.
silently "$cxx" main.o system.o jemalloc.o --allocator=none -o program; has_system program
