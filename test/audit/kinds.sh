#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Every kind of file, linked by whoever: what the audit says is what the program does when it runs.
echo 'int *f() { return new int; }' >f.cc
echo '#include <stdlib.h>
int main(void) { free(malloc(1)); return 0; }' >c.c
version=$("$cxx" --allocator-version | sed -n 's/^jemalloc //p')

# Without section headers, as sstrip leaves a file.
headless() {
  cp "$1" "$2"
  local field    # e_shoff, e_shentsize to e_shstrndx
  for field in 40:8 58:6; do
    head -c ${field#*:} /dev/zero | dd of="$2" bs=1 seek=${field%:*} conv=notrunc status=none
  done
}

# Ours, and nobody's.
"$cxx" main.cc -o ours
g++ main.cc -o plain
is ours 'jemalloc executable'
is plain 'system executable'
[[ $(key_of version ours) == "$version" && $(key_of by ours) == 'note of cxx-alloc '* ]]
[[ $(allocator_at_run_time ./ours) == jemalloc && $(allocator_at_run_time ./plain) == system ]]
"$cxx" --allocator=system main.cc -o by-flag
is by-flag 'system executable'
"$cc" c.c -o c
is c 'jemalloc executable'

# Each compiler with each linker lays a file out in its own way; with either hash table, stripped.
"$cc" -c c.c
for compiler in gcc clang-22; do
  for linker in bfd gold lld mold; do
    hash=$([[ $compiler == gcc ]] && echo gnu || echo sysv)
    CXX_ALLOC_CC=$compiler "$cc" -fuse-ld=$linker c.o -s -Wl,--hash-style=$hash -o ours-by
    $compiler -fuse-ld=$linker c.o -s -Wl,--hash-style=$hash -o plain-by
    headless ours-by ours-headless
    is ours-by 'jemalloc executable'
    is ours-headless 'jemalloc executable'
    is plain-by 'system executable'
  done
done

# Static, stripped, without section headers.
for linker in bfd lld; do
  "$cxx" -fuse-ld=$linker -static main.cc -o static
  "$cxx" -fuse-ld=$linker -static-pie main.cc -o static-pie
  g++ -fuse-ld=$linker -static main.cc -o plain-static
  for kind in static static-pie; do
    strip -o $kind-stripped $kind
    headless $kind-stripped $kind-headless
    for file in $kind $kind-stripped $kind-headless; do is $file 'jemalloc executable'; done
  done
  strip -o plain-stripped plain-static
  headless plain-stripped plain-headless
  for file in plain-static plain-stripped plain-headless; do is $file 'system executable'; done
done
strip -o ours-stripped ours
headless ours-stripped ours-headless
is ours-stripped 'jemalloc executable'
is ours-headless 'jemalloc executable'
./ours-headless

# A malloc of its own, by which nobody is known; a stripped one too. Without libc's in the file it is not libc's.
gcc -c "$here/../link/own_malloc.c"
gcc c.c own_malloc.o -o own
gcc -static c.c own_malloc.o -o own-static
strip -o own-stripped own-static
for file in own own-static own-stripped; do [[ $(audit $file) == 'user executable'* ]]; done

# A program that only prints what an allocator would; glibc's malloc is in it. And functions called alike.
printf '%s\n' '#include <stdio.h>' 'int main(void) { puts("<jemalloc>: y"); return 0; }' >prints.c
gcc -static prints.c -o prints -s
is prints 'system executable'
printf '%s\n' 'int hdmi_heap_malloc(void) { return 0; } int hdmi_malloc(void) { return 0; } int mi_malloc, tc_malloc;' \
  'int main(void) { return 0; }' >alike.c
gcc alike.c own_malloc.o -o alike
is alike 'user executable'

# Go has a heap of its own and no malloc. Its linker counts the padding of its note's name; a text in it is no allocator.
printf '%s\n' '.section .note.go,"a",%note' '.balign 4' '.long 4,4,4' '.ascii "Go\0\0id\0\0"' \
  '.section .rodata' '.ascii "mimalloc: no"' '.text' '.globl _start' '_start: nop' >go.s
gcc -nostdlib -static go.s -o go -Wl,--build-id=none
strip -o go-stripped go
for file in go go-stripped; do is $file 'none executable'; done
if command -v go >log; then
  echo 'package main
func main() { println(len(make([]int, 3))) }' >pure.go
  echo 'package main
// #include <stdlib.h>
import "C"
func main() { C.free(C.malloc(3)) }' >mixed.go
  export GOCACHE=$t/go-cache GOPATH=$t/go-path GOTOOLCHAIN=local GOFLAGS=-mod=mod
  CGO_ENABLED=0 command go build -o pure pure.go
  CC=gcc command go build -ldflags '-linkmode external -extldflags -static' -o mixed mixed.go
  strip -o pure-stripped pure
  strip -o mixed-stripped mixed
  for file in pure pure-stripped; do is $file 'none executable'; done
  for file in mixed mixed-stripped; do is $file 'system executable'; done
fi

# A jemalloc under names of its own, as in Rust's crate: malloc is whose it is without it.
for name in malloc calloc realloc free posix_memalign aligned_alloc memalign valloc pvalloc malloc_usable_size mallctl \
  mallctlnametomib mallctlbymib mallocx rallocx xallocx sallocx dallocx sdallocx nallocx malloc_stats_print \
  malloc_message malloc_conf; do echo "$name _rjem_$name"; done >prefix.map
objcopy --redefine-syms=prefix.map "$(gcc -print-file-name=libjemalloc.a)" libprefixed.a
echo '#include <stdlib.h>
void *_rjem_malloc(size_t); void _rjem_free(void *);
int main(void) { _rjem_free(_rjem_malloc(9)); free(malloc(3)); return 0; }' >both.c
with_prefixed() { gcc both.c -o "$@" libprefixed.a -lm -lpthread -ldl -lstdc++; strip -o "$1-stripped" "$1"; }
with_prefixed prefixed
with_prefixed prefixed-static -static
with_prefixed prefixed-own own_malloc.o
with_prefixed prefixed-own-static own_malloc.o -static
for file in prefixed prefixed-stripped prefixed-static prefixed-static-stripped; do is $file 'system executable'; done
[[ $(audit prefixed-own) == 'user executable'* && $(audit prefixed-own-static) == 'user executable'* ]]
# Stripped, the name of its variable tells.
for row in _RJEM_MALLOC_CONF:user MALLOC_CONF:jemalloc; do
  printf '%s\n' "const char *volatile texts[] = {\"<jemalloc>: \", \"${row%:*}\"};" 'int main(void) { return !texts[0]; }' >texts.c
  gcc -static texts.c own_malloc.o -o texts -s
  is texts "${row#*:} executable"
done

# Cut off behind whole headers; what only holds debug information is whole.
head -c 200000 plain-static >cut
exits 2 "$cxx" --allocator-audit cut
[[ $said == *'cut: it is cut off: '* ]]
mkdir debug
echo 'const char text[100000] = "x";' >data.c
for linker in bfd lld; do
  gcc -g -fuse-ld=$linker c.c -o debug/program
  gcc -g -shared -nostdlib -fuse-ld=$linker data.c -o debug/libdata.so    # without code
  for tool in objcopy llvm-objcopy-22; do
    $tool --only-keep-debug debug/program debug/$tool-$linker.debug
    $tool --only-keep-debug debug/libdata.so debug/$tool-$linker-data.debug
  done
done
exits 0 "$cxx" --allocator-audit debug
[[ $said == *$'\n1 executable (1 system), 1 shared library (1 process): no fault' ]]
exits 2 "$cxx" --allocator-audit debug/objcopy-bfd.debug
[[ $said == *'it holds debug information'* ]]

# For another system.
cp plain freebsd && printf '\11' | dd of=freebsd bs=1 seek=7 conv=notrunc status=none
[[ $(key_of target freebsd) == *-freebsd ]]

# Libraries that were linked: the whole answer, and by whom.
for row in jemalloc:jemalloc tcmalloc_minimal:tcmalloc mimalloc:mimalloc; do
  g++ main.cc -o linked -Wl,--no-as-needed -l${row%:*}
  is linked "${row#*:} executable"
  [[ $(key_of by linked) == "library lib${row%:*}.so"* && $(key_of provider linked) == /* ]]
done
g++ main.cc -o archive -l:libjemalloc.a -lpthread -ldl
[[ $(audit archive) == 'jemalloc executable'* && $(key_of by archive) == 'symbols of its own' ]]
[[ $(allocator_at_run_time ./archive) == jemalloc ]]
for compiler in g++ clang++-22; do
  for sanitizer in address thread; do
    $compiler -fsanitize=$sanitizer main.cc -o sanitized
    is sanitized 'sanitizer executable'
    "$cxx" -fsanitize=$sanitizer main.cc -o sanitized
    is sanitized 'sanitizer executable'
  done
done
g++ -fsanitize=undefined main.cc -o undefined
is undefined 'system executable'

# Shared libraries.
"$cxx" -shared -fPIC f.cc -o libf.so
"$cxx" -shared -fPIC --allocator=jemalloc f.cc -o libguest.so
g++ -shared -fPIC f.cc -o libplain.so
strip -o libguest-stripped.so libguest.so
is libf.so 'process shared-library'
is libplain.so 'process shared-library'
is libguest.so 'private shared-library'
is libguest-stripped.so 'private shared-library'
libc=$(realpath "$(gcc -print-file-name=libc.so.6)")
is "$libc" 'system shared-library'

# What is not linked yet is named only if it was asked for.
g++ -c f.cc
ar rc libf.a f.o
is f.o 'none relocatable'
is libf.a 'none static-library'
mkdir tree && cp f.o libf.a ours libf.so main.cc tree
[[ $(audit tree) == $'jemalloc executable\nprocess shared-library' || $(audit tree) == $'process shared-library\njemalloc executable' ]]

# A folder's programs by which CMake and Meson get to know a compiler are not the user's; named themselves they are read.
mkdir project && cd project
printf '%s\n' 'cmake_minimum_required(VERSION 3.20)' 'project(p C CXX)' 'add_executable(p main.cc)' >CMakeLists.txt
printf '%s\n' "project('p', 'c', 'cpp')" "executable('p', 'main.cc')" >meson.build
echo 'int main() { delete new int; }' >main.cc
CC=gcc CXX=$cxx cmake -G Ninja -B by-cmake >log
CC=gcc CXX=$cxx meson setup by-meson >log
for tree in by-cmake by-meson; do
  ninja -C $tree >log
  "$cxx" --allocator-audit --allocator-expect=jemalloc $tree >log
  grep '^1 executable (1 jemalloc), 0 shared libraries: no fault$' log
done
exits 1 "$cxx" --allocator-audit --allocator-expect=jemalloc by-cmake/CMakeFiles/[0-9]*
[[ $said == *CompilerIdC/a.out* ]]
