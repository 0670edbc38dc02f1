#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Words of linkers that were misread once, in both forms of a link. Each program frees what the C library allocated: with two
# heaps it ends in a crash, or says "mixed".
cat >mixed.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) {
  char *line = 0;
  size_t size = 0;
  free(strdup("x"));
  if (getline(&line, &size, stdin) >= 0) fputs(line, stdout);
  free(line);
  return 0;
}
C
gcc -fPIC -c mixed.c
echo '{ global: main; local: *; };' >hides.map
echo 'V1 { global: *; };' >versions.map
echo 'VERSION { { local: *; }; };' >version.ld

# runs WORDS...: as a source and as an object, each program runs, and where a linker refuses the words we do too.
runs() {
  local form bare ours
  for form in mixed.c mixed.o; do
    rm -f bare ours
    bare=0 ours=0
    gcc "$form" "$@" -o bare 2>said.txt || bare=$?
    CXX_ALLOC_CC=gcc "$cc" "$form" "$@" -o ours >said.txt 2>&1 || ours=$?
    if ((bare != ours)); then
      echo "$form $*: exit status $expected, not $bare" >&2
      cat said.txt >&2
      return 1
    fi
    if ((!bare)) && [[ $(echo line | ./ours) != line ]]; then
      echo "$form $*: does not run" >&2
      return 1
    fi
  done
}
for linker in bfd gold lld mold; do
  with=(-fuse-ld=$linker)
  runs "${with[@]}" -Wl,--version-script=hides.map
  runs "${with[@]}" -Wl,--version-script=versions.map
  runs "${with[@]}" version.ld
  runs "${with[@]}" -Wl,-T,version.ld
  runs "${with[@]}" -Wl,--default-symver
  runs "${with[@]}" -Wl,--default-symver,--version-script=hides.map
  runs "${with[@]}" -Wl,--threads -Wl,--version-script=hides.map
  runs "${with[@]}" -Wl,-z,nosectionheader
  # mold 1.10 fails on relocations without a symbol that GNU ld leaves where it collects garbage.
  runs "${with[@]}" -Wl,--emit-relocs
  has_jemalloc ./ours
done
runs -fuse-ld=bfd -Wl,--version-scr=hides.map
runs -fuse-ld=bfd -Wl,-version-scr,hides.map

# What answers for malloc is what was said beforehand: the same words, the decision alone.
said_of() { CXX_ALLOC_CC=gcc "$cc" --print-allocator=json "$@" | sed -E 's/.*"allocator":"([^"]*)".*/\1/'; }
[[ $(said_of mixed.o -fuse-ld=bfd -Wl,--version-scr=hides.map) == system ]]
[[ $(said_of mixed.o version.ld) == system ]]
# A script among the inputs that has VERSION: the artifact has the last word.
echo 'VERSION { { global: *; }; };' >shows.ld
for words in version.ld shows.ld -Wl,-T,version.ld; do [[ $(CXX_ALLOC_CC=gcc "$cc" --print-allocator=json mixed.o "$words") == *'"certain":false'* ]]; done
[[ $(CXX_ALLOC_CC=gcc "$cc" --print-allocator=json mixed.o) == *'"certain":true'* ]]
# gold warns of each word about a symbol that a version hides: none of those is ours.
echo 'V1 { global: main; local: *; };' >local.map
echo 'VERSION { V1 { global: main; local: *; }; };' >local.ld
for words in -Wl,--threads,--version-script=local.map -Wl,-T,local.ld; do
  for form in mixed.c mixed.o; do
    CXX_ALLOC_CC=gcc "$cc" "$form" -fuse-ld=gold "$words" -o quiet >said.txt 2>&1
    not grep -i 'cxx_alloc\|cannot export' said.txt
  done
done
[[ $(said_of mixed.o -Wl,--default-symver,--version-script=hides.map) == system ]]
[[ $(said_of mixed.o -fuse-ld=lld -Wl,--version-script=versions.map) == system ]]

# The linker's own -o: nothing of another name is touched.
cp /bin/true a.out
CXX_ALLOC_CC=gcc silently "$cc" mixed.c -Wl,-o,foo
cmp a.out /bin/true
has_jemalloc ./foo

# gold's -G makes a library.
if command -v ld.gold >/dev/null; then [[ $(CXX_ALLOC_CC=gcc "$cc" --print-allocator=json mixed.o -fuse-ld=gold -Wl,-G) == *shared-library* ]]; fi

# A state that is restored: the second library is looked for as a shared one again.
cp "$here/own_malloc.c" mine.c
gcc -fPIC -shared mine.c -o libmine.so
gcc -c -x c - -o foo.o <<<'int foo;' && ar rcs libfoo.a foo.o
[[ $(said_of mixed.o -L. -Wl,--push-state,-Bstatic -lfoo -Wl,--pop-state -lmine) == user ]]
[[ $(said_of mixed.o -L. -Wl,-Bstatic -lfoo -lmine) != user ]]

# A library that a library needs, found by -rpath alone.
mkdir la lb
mv libmine.so lb
gcc -c -fPIC -x c - -o ff.o <<<'void ff(void) {}' && gcc -shared ff.o -Wl,--no-as-needed -Llb -lmine -o la/libff.so
[[ $(said_of mixed.o -Lla -lff -Wl,-rpath,"$PWD/lb") == user ]]
echo "-rpath $PWD/lb" >words
[[ $(said_of mixed.o -Lla -lff -Wl,@words) == user ]]

# Each function of malloc's family may be defined by --defsym, operators too.
for name in posix_memalign aligned_alloc memalign valloc malloc free calloc realloc malloc_usable_size; do
  [[ $(said_of mixed.o -Wl,--defsym=$name=main) == user ]]
  [[ $(said_of mixed.o -Wl,--defsym -Wl,$name=main) == user ]]
  [[ $(said_of mixed.o -fuse-ld=bfd -Wl,--defs,$name=main) == user ]]
done

# An aligned_alloc for an old C library is no allocator: it is made of the malloc that is there.
cat >shim.c <<'C'
#include <stdlib.h>
void *aligned_alloc(size_t alignment, size_t size) {
  void *block;
  return posix_memalign(&block, alignment, size) ? 0 : block;
}
C
cat >aligned.c <<'C'
#include <stdlib.h>
int main(void) { free(aligned_alloc(64, 128)); return 0; }
C
gcc -fno-builtin -c shim.c aligned.c
[[ $(said_of aligned.o shim.o) == "$expected" ]]
CXX_ALLOC_CC=gcc silently "$cc" aligned.o shim.o -o aligned
has_jemalloc ./aligned
./aligned
# One that takes from the C library's heap by name is one.
sed 's/posix_memalign(&block, alignment, size)/!(block = __libc_memalign(alignment, size))/; 1a extern void *__libc_memalign(size_t, size_t);' shim.c >past.c
gcc -fno-builtin -c past.c
[[ $(said_of aligned.o past.o) == user ]]

# A version script that is a pipe is the linker's to read.
CXX_ALLOC_CC=gcc silently "$cc" mixed.c -fuse-ld=lld -Wl,--version-script=<(echo '{ global: *; };') -o piped
./piped </dev/null
