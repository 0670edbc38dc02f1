#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A program that brings its own malloc (in an object, an archive, a shared library, or a source of the same
# command) keeps it, and nothing of ours gets in.
cat >main.c <<'C'
#include <stdlib.h>
int own_bytes(void);
int main() { free(malloc(10)); return own_bytes() ? 0 : 1; }
C
cp "$here/own_malloc.c" own.c
gcc -fPIC -c own.c main.c
ar rcs libown.a own.o
gcc -shared own.o -o libown.so

for linker in bfd gold mold; do
  for words in 'main.o own.o' 'own.o main.o' 'main.o libown.a' 'main.o -L. -l:libown.a' 'main.o libown.so' 'main.o -L. -lown' \
               '-Wl,--whole-archive libown.a -Wl,--no-whole-archive main.o'; do
    [[ $(decision $words) == 'executable user user-symbols' ]]
    silently "$cxx" -fuse-ld=$linker $words -Wl,-rpath,"$t" -o main
    not defines_jemalloc main
    ./main                                                        # exits with 0 only if its own malloc was called
  done
  # The symbols of a source are not known before it is compiled. Ours are weak, and the program's win.
  silently "$cc" -fuse-ld=$linker main.c own.c -o main
  ./main
done
silently "$cxx" -static main.o own.o -o main
./main

# A part of the family in a source: as in an object, the program has it and all of libc's else.
cat >strings.c <<'C'
#include <stdlib.h>
#include <string.h>
int main(void) { free(strdup("x")); void *block = calloc(3, 5); free(block); return block == 0; }
C
echo '#include <stdlib.h>
#include <string.h>
void *calloc(size_t n, size_t size) { void *block = malloc(n * size); return block ? memset(block, 0, n * size) : block; }' >part.c
for linker in bfd gold lld mold; do
  for static in '' -static; do
    CXX_ALLOC_CC=gcc silently "$cc" -fuse-ld=$linker $static -fno-builtin strings.c part.c -o part
    ./part
    has_system part || not defines_jemalloc part
  done
done

# A library that has a malloc of its own, seen by others or not, does not say that it uses the process's; one that links such a
# library does.
gcc -fPIC -c own.c -o shared.o
echo '{ local: *; };' >hide.map
for linker in bfd gold lld mold; do
  for words in shared.o '-fPIC own.c' 'shared.o -s' 'shared.o -Wl,--version-script=hide.map' 'shared.o --allocator=system'; do
    rm -f log
    CXX_ALLOC_LOG=$t/log silently "$cc" -shared -fuse-ld=$linker $words -o libowns.so
    [[ ! $(note_of libowns.so) ]]
    grep -q '"allocator":"user".*"provider":"libowns.so","reason":"user-symbols"' log
  done
  CXX_ALLOC_LOG=$t/log silently "$cc" -shared -fuse-ld=$linker -fPIC strings.c -L. -lowns -o libuses.so
  [[ $(note_of libuses.so) == *'"allocator":"process"'* ]]
  tail -n 1 log | grep -q '"allocator":"system"'
done
# Nor is it a guest, whether its malloc comes as an object or as a source.
for words in shared.o '-fPIC own.c' '-fPIC own.c -s'; do
  exits 1 "$cc" -shared $words --allocator=jemalloc -o never.so
  [[ $said == 'cxx-alloc: error: cannot link two allocators: --allocator=jemalloc and '* && ! -e never.so ]]
done
"$cc" --print-allocator -shared shared.o | grep 'certain: *no' >/dev/null

# Weak definitions in a source count, with libc named on the line too.
sed -E 's/^void ?\*?(malloc|free|calloc|realloc)/__attribute__((weak)) &/' own.c >weak.c
grep -q weak weak.c
silently "$cc" main.c weak.c -lc -o main
./main

# A static function, a member function and a use are no definitions.
echo 'static void *malloc(unsigned long) { return nullptr; } struct S { void *malloc(); void free(); };
void *S::malloc() { return ::malloc(1); } int main() { S().malloc(); }' >names.cc
c++ -c names.cc
silently "$cxx" names.o -o names
has_jemalloc names
[[ $(decision main.o own.o --allocator=system) == 'executable user user-symbols' ]]
exits 1 "$cxx" main.o own.o -o never --allocator=jemalloc
[[ $said == 'cxx-alloc: error: cannot link two allocators: '*own.o* ]]
[[ ! -e never ]]
