#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# What a library with a jemalloc of its own needs and has not: each way has its message, and leaves nothing behind.
flags=(-O1 -fPIC -I"$include")
printf 'extern "C" int part() { delete new int; return 0; }\n' >part.cc
printf '#include <cxx_alloc/use_jemalloc.h>\nextern "C" int part() { delete new int; return 0; }\n' >asks.cc
g++ "${flags[@]}" -c part.cc asks.cc
triple=$(g++ -print-multiarch)

# An installation without the runtime for libraries, as one that was built on a distribution's own jemalloc.
cp -a "$(runtime_dir)" runtime
rm runtime/jemalloc/$triple/shared-library*.guest
export CXX_ALLOC_RUNTIME_DIR=$t/runtime
exits 1 "$cxx" -shared part.o --allocator=jemalloc -o part.so
[[ $said == "cxx-alloc: error: --allocator=jemalloc: there is no jemalloc runtime for a shared library on $triple; "* ]]
[[ ! -e part.so ]]
# A wish that is not made on this command line is not granted, and --print-allocator says why.
[[ $(decision -shared asks.o) == 'shared-library system unavailable-for-target' ]]
silently "$cxx" -shared asks.o -o part.so
is_no_guest part.so
[[ $(decision -shared part.o -lalloc_jemalloc) == 'shared-library system unavailable-for-target' ]]
# Executables are as they were.
printf 'int main() { delete new int; }\n' >main.cc
silently "$cxx" main.cc -o main
has_jemalloc main

# Half of it, and a file that is cut off.
unset CXX_ALLOC_RUNTIME_DIR
original=$(runtime_dir)/jemalloc/$triple
export CXX_ALLOC_RUNTIME_DIR=$t/runtime
cp "$original/shared-library.guest" runtime/jemalloc/$triple/
rm part.so
exits 1 "$cxx" -shared part.o --allocator=jemalloc -o part.so
[[ $said == 'cxx-alloc: error: '*shared-library-operators.guest* && ! -e part.so ]]
cp "$original/shared-library-operators.guest" runtime/jemalloc/$triple/
head -c 5000 "$original/shared-library.guest" >runtime/jemalloc/$triple/shared-library.guest
exits 1 "$cxx" -shared part.o --allocator=jemalloc -o part.so
[[ $said == 'cxx-alloc: error: '*shared-library.guest* && ! -e part.so ]]
: >runtime/jemalloc/$triple/shared-library.guest
exits 1 "$cxx" -shared part.o --allocator=jemalloc -o part.so
[[ $said == 'cxx-alloc: error: '*shared-library.guest* && ! -e part.so ]]
unset CXX_ALLOC_RUNTIME_DIR

# A target that has no such runtime.
for words in --target=riscv64-linux-gnu -m32; do
  [[ $(CXX_ALLOC_CXX=clang++-22 decision -shared part.cc $words -lalloc_jemalloc) == 'shared-library system unavailable-for-target' ]]
  CXX_ALLOC_CXX=clang++-22 exits 1 "$cxx" -shared part.cc $words --allocator=jemalloc -o never.so
  [[ $said == *'there is no jemalloc runtime for a shared library on '* && ! -e never.so ]]
done

# A static program cannot open one: glibc 2.36 takes the TLS of whatever such a program opens from what it had at the start.
cat >opens.c <<'END'
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
  void *library = dlopen(argv[argc - 1], RTLD_NOW);
  if (library) return 1;
  puts(dlerror());
  free(malloc(100));
  return 0;
}
END
silently "$cxx" -shared part.o --allocator=jemalloc -o part.so
is_guest part.so
for command in gcc "$cc"; do
  "$command" -static opens.c -o opens 2>warning.txt              # the linker's, of dlopen
  said=$(./opens ./part.so)
  [[ $said == *'cannot allocate memory in static TLS block'* ]]
done
