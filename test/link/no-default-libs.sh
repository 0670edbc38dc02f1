#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Without libc there is nothing to put an allocator on: such links are left alone, byte for byte. -nodefaultlibs with an
# explicit -lc (as rustc links) has a libc.
echo 'extern "C" void _start() { asm volatile("mov $60, %eax\n xor %edi, %edi\n syscall"); }' >start.cc
echo '#include <stdlib.h>
int main() { free(malloc(10)); }' >main.cc
for compiler in g++ clang++-22; do
  export CXX_ALLOC_CXX=$compiler
  "$compiler" -c -ffreestanding start.cc
  "$compiler" -c main.cc
  for words in '-nostdlib -static' '-nostdlib -no-pie' '-ffreestanding -nostdlib -static' '-nodefaultlibs -nostartfiles -static' \
               '-nostdlib -static -Wl,-e,_start'; do
    [[ $(decision $words start.o) == 'executable none no-default-libs' ]]
    silently "$cxx" $words start.o -o ours
    "$compiler" $words start.o -o bare
    cmp ours bare
    ./ours
  done
  exits 0 "$cxx" -nostdlib -Wl,--oformat=binary -static -Wl,-e,_start start.o -o ours --print-allocator
  [[ $said == *no-default-libs* ]]

  for words in '-nodefaultlibs main.o -lc' '-nodefaultlibs main.o -lstdc++ -lm -lc -lgcc_s -lgcc' '-nodefaultlibs -static main.o -Wl,--start-group -lgcc -lgcc_eh -lc -Wl,--end-group'; do
    [[ $(decision $words) == 'executable jemalloc output-default' ]]
    silently "$cxx" $words -o main
    has_jemalloc main
  done
  # A start of one's own, with libc.
  echo 'extern "C" void exit(int); extern "C" void *malloc(unsigned long);
  extern "C" void _start() { asm volatile("and $-16, %rsp"); exit(malloc(10) == nullptr); }' >own-start.cc
  silently "$cxx" -nostartfiles own-start.cc -o main
  defines_jemalloc main
  ./main
done
