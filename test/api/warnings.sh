#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The headers compile without a warning, in the oldest and newest standard, whatever else the file includes or forbids.
. "$(dirname "$0")/common.sh"

printf '#include <cxx_alloc/allocator.h>\n' >only.c
printf '#include <cxx_alloc/allocator.hpp>\n#include <cxx_alloc/allocator.h>\n' >only.cc
for compiler in gcc clang clang-22; do
  command -v "$compiler" >/dev/null || continue
  for flags in '-std=c11' '-std=gnu2x -O2' '-std=c11 -fno-pie -fvisibility=hidden' '-std=c11 -D_GNU_SOURCE -include dlfcn.h'; do
    silently $compiler "${strict[@]}" $flags -c only.c
  done
done
for compiler in g++ clang++ clang++-22; do
  command -v "$compiler" >/dev/null || continue
  for flags in '-std=c++20' '-std=c++2b -O2' '-std=c++20 -fno-exceptions -fno-rtti' '-std=c++20 -fno-pie -fvisibility=hidden'; do
    silently $compiler "${strict[@]}" $flags -c only.cc
  done
  # The C header is for older C++, too.
  silently $compiler "${strict[@]}" -std=c++11 -x c++ -c only.c
done

# It must not weaken a program's own use of the names that it looks for.
cat >own-use.c <<'END'
#include <cxx_alloc/allocator.h>
#include <dlfcn.h>
int main(void) { return dlsym(NULL, "puts") == NULL || cxx_alloc_name() == NULL; }
END
gcc -I"$include" own-use.c -c
[[ $(nm own-use.o | awk '$2 == "dlsym" { print $1 }') == U ]]
