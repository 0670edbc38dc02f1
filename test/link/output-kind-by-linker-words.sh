#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Words that only the linker understands decide too, however they are carried to it: a shared library or a relocatable
# object made this way has nothing of ours, and a value that looks like such a word changes nothing.
printf '%s\n' -shared >shared.txt
printf '%s\n' -Wl,-shared >driver-shared.txt
printf '%s\n' @driver-shared.txt >outer.txt
printf '%s\n' '"-Xlinker" "--shared"' "'-o' 'from file.so'" >quoted.txt
printf '%s\n' --relocatable >relocatable.txt
echo 'int *f() { return new int; }' >f.cc
echo 'int main() { delete new int; }' >main.cc

for compiler in g++ clang++-22; do
  export CXX_ALLOC_CXX=$compiler
  "$compiler" -fPIC -c f.cc main.cc
  for words in -Wl,-shared -Wl,--shared -Wl,-Bshareable '-Xlinker -shared' -Wl,@shared.txt '-Xlinker @shared.txt' \
               @driver-shared.txt @outer.txt '-Wl,-z,now,-shared'; do
    [[ $(decision $words f.o) == 'shared-library system output-default' ]]
    silently "$cxx" $words f.o -o f.so    # bfd makes a library of it; other linkers refuse
    is_shared_library f.so
    not defines_jemalloc f.so
    not defines_operators f.so
  done
  if [[ $compiler == clang++* ]]; then [[ $(decision --for-linker=-shared f.o) == 'shared-library system output-default' ]]; fi
  silently "$cxx" @quoted.txt f.o
  is_shared_library 'from file.so'
  not defines_jemalloc 'from file.so'

  for words in -r '-no-pie -Wl,-r' '-no-pie -Wl,-i' '-no-pie -Wl,--relocatable' '-no-pie -Wl,-Ur' '-no-pie -Xlinker -r' \
               '-no-pie -Xlinker --relocatable' '-no-pie -Wl,@relocatable.txt'; do
    [[ $(decision -nostdlib $words f.o) == 'relocatable system output-default' ]]
    silently "$cxx" -nostdlib $words f.o -o ours.o
    "$compiler" -nostdlib $words f.o -o bare.o
    cmp ours.o bare.o
  done

  # Names and values are not kind words.
  for words in -Wl,-soname,-shared '-Wl,-soname -Wl,-r' -Wl,-Map,x-shared.map '-Xlinker -rpath -Xlinker -shared' \
               -Wl,-rpath,-r '-Wl,-z -Wl,relro' -Wl,-e,main,-e,_start '-Wl,--defsym -Wl,shared=0'; do
    [[ $(decision $words main.o) == 'executable jemalloc output-default' ]]
    silently "$cxx" $words main.o -o main
    has_jemalloc main
  done

  # Of -shared and the linker's own -pie the linker makes a program, one that nothing can start; a library with an interpreter
  # can be started, and is a library. What was made tells.
  rm -f log
  CXX_ALLOC_LOG=$t/log "$cxx" -fuse-ld=bfd -shared main.o -Wl,-pie -o main 2>said
  [[ $(readelf -dW main) == *PIE* && $(note_of main) == *'"output":"executable"'* ]]
  grep -q '"allocator":"jemalloc".*"output":"executable"' log
  # mold 1.10 forgets the interpreter.
  CXX_ALLOC_LOG=$t/log silently "$cxx" -fuse-ld=mold -shared main.o -Wl,-pie -o main
  echo 'extern "C" const char interpreter[] __attribute__((section(".interp"), used)) = "/lib64/ld-linux-x86-64.so.2";' >interpreter.cc
  "$compiler" -fPIC -c interpreter.cc
  for words in '' --allocator=jemalloc; do
    silently "$cxx" -shared f.o interpreter.o -Wl,-e,_Z1fv $words -o runs.so
    readelf -lW runs.so | grep INTERP >/dev/null
    [[ $(note_of runs.so) == *'"output":"shared-library"'* ]]
  done
done
