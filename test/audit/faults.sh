#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Every fault, where it is and where it is not.
gcc -fPIC -c "$here/../link/own_malloc.c"
echo 'int f(void) { return 0; }' >f.c
echo 'int main(void) { return 0; }' >c.c
echo '{ global: f; local: *; };' >hide.map

# A malloc hidden by a version script, stripped or not; the plain one is fine.
g++ main.cc own_malloc.o -o hidden -Wl,--version-script=hide.map
is hidden 'user executable hidden-malloc'

# Not one that is data, or called so by the assembler.
echo 'static struct { int calls; } malloc; int main(int n, char **v) { (void)v; return malloc.calls += n - 1; }' >data.c
gcc -w -fno-builtin data.c -o data
is data 'system executable'
# A stripped one: by what it says, and by asking nobody else for memory. One with a prefix is no malloc.
echo '#include <stdlib.h>
#include <string.h>
int main(void) { free(strdup("x")); return !malloc(1); }' >crosses.c
whole() { gcc crosses.c -o "$1" -Wl,--whole-archive "-l:$2" -Wl,--no-whole-archive -lm -lstdc++ -Wl,--exclude-libs,ALL "${@:3}"; }
for row in jemalloc:libjemalloc.a tcmalloc:libtcmalloc_minimal.a; do
  whole hidden-stripped ${row#*:} -s
  is hidden-stripped "${row%:*} executable hidden-malloc"
done
whole hidden-stripped libjemalloc.a -s
LC_ALL=C sed 's/\x00MALLOC_CONF\x00/\x00XALLOC_CONF\x00/' hidden-stripped >prefixed    # as a prefix of je_ leaves it
not cmp -s hidden-stripped prefixed
is prefixed 'system executable'
whole libhidden.so libjemalloc_pic.a -s -shared -fPIC
is libhidden.so 'private shared-library hidden-malloc'
echo '#include <unistd.h>
#include <sys/mman.h>
int main(void) { write(1, "<jemalloc>: 5.3.0-0-g54eaed1d8b56", 12); return !mmap(0, 1, 0, 0, 0, 0); }' >says.c
gcc -w says.c -o says -s
is says 'system executable'

# Half a family: the core, and what somebody calls.
echo '#include <stddef.h>
static char heap[1 << 20]; static size_t used;
void *malloc(size_t n) { return heap + (used += (n + 79) & ~63ul); } void free(void *p) { (void)p; }' >half.c
gcc c.c half.c -o half
is half 'user executable half-family'

# What asks another's memory for its size frees nothing.
printf '%s\n' '#include <malloc.h>' 'int main(void) { return (int)malloc_usable_size(0); }' >size.c
gcc -shared -fPIC own_malloc.o f.c -o libwhole.so
gcc size.c -o size -Wl,--no-as-needed -L . -lwhole -Wl,-rpath,'$ORIGIN'
exits 1 "$cxx" --allocator-audit size
[[ $said == *'half-family: '*'malloc_usable_size'*'reads what is not its own'* && $said != *crashes* ]]

# Two allocators, by either way.
g++ main.cc -o two -Wl,--no-as-needed -ljemalloc -ltcmalloc_minimal
is two 'jemalloc executable two-allocators'
gcc c.c own_malloc.o -o own-and-library -Wl,--no-as-needed -ltcmalloc_minimal
[[ $(audit own-and-library) == 'user executable two-allocators'* ]]

# By their names, where they are not: TBB's library has no malloc, its proxy has.
mkdir absent
for name in tbbmalloc_proxy tbbmalloc clang_rt.asan-x86_64 clang_rt.ubsan_standalone-x86_64; do
  gcc -shared -fPIC f.c -o absent/lib$name.so -Wl,-soname,lib$name.so
done
for row in 'tbbmalloc:system' 'tbbmalloc_proxy -ltbbmalloc:tbbmalloc' 'clang_rt.asan-x86_64:sanitizer' \
  'clang_rt.ubsan_standalone-x86_64:system'; do
  read -ra libraries <<<"-l${row%:*}"
  gcc c.c -o without -Wl,--no-as-needed -L absent "${libraries[@]}"
  is without "${row#*:} executable"
done

# A profiler's library stands before malloc and has no memory to give; one that has is another's malloc.
echo '#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
void *malloc(size_t n) { return ((void *(*)(size_t))dlsym(RTLD_NEXT, "malloc"))(n); }' >counts.c
gcc -shared -fPIC counts.c -o libcounts.so
is libcounts.so 'user shared-library'
gcc -shared -fPIC counts.c -o libmaps.so -Wl,-u,mmap
is libmaps.so 'user shared-library carries-malloc'

# A library that carries a malloc, and its executable.
gcc -shared -fPIC f.c own_malloc.o -o libengine.so
is libengine.so 'user shared-library carries-malloc'
gcc -shared -fPIC f.c own_malloc.o -o libplugin.so -Wl,--version-script=hide.map
is libplugin.so 'private shared-library hidden-malloc'

# Notes that lie: about a library's allocator, about symbols, two at once, about the version.
note() {    # without the last section, GNU ld warns of an executable stack
  local text=$1
  printf '.section .note.cxx-alloc,"aR",%%note\n.balign 4\n.long 10,2f-1f,0xa110c8c5\n.asciz "cxx-alloc"\n.balign 4\n1:.asciz "%s"\n2:.balign 4\n.section .note.GNU-stack,"",%%progbits\n' \
    "${text//\"/\\\"}" >"$2"
}
note '{"allocator":"jemalloc","cxx-alloc":"0.1.0","output":"executable","schema":1,"version":"5.3.1"}' lie.s
note '{"allocator":"system","cxx-alloc":"0.1.0","output":"executable","schema":1}' system.s
note '{"allocator":"process","cxx-alloc":"0.1.0","output":"shared-library","schema":1}' process.s
gcc c.c lie.s -o liar
is liar 'system executable note-lies'
gcc c.c lie.s -o liar-by-library -Wl,--no-as-needed -ljemalloc
is liar-by-library 'jemalloc executable note-lies'
gcc c.c own_malloc.o lie.s -o liar-own
[[ $(audit liar-own) == 'user executable'*note-lies ]]
strip liar-own
[[ $(audit liar-own) == 'user executable'*note-lies ]]
gcc c.c system.s lie.s -o two-notes
is two-notes 'system executable note-lies'
gcc c.c system.s -o honest
is honest 'system executable'
# What a note says does not act upon a terminal.
note '{"allocator":"system","cxx-alloc":"0\\u001b[31m","output":"executable","schema":1,"version":"1\\u001b[32m"}' red.s
gcc -static c.c red.s -o red
exits 0 "$cxx" --allocator-audit red
[[ $said == *'system 1?[32m'*'0?[31m'* && $said != *$'\033'* ]]
gcc -shared -fPIC f.c own_malloc.o process.s -o libliar.so
is libliar.so 'user shared-library carries-malloc note-lies'
"$cxx" main.cc -o ours
LC_ALL=C sed 's/"version":"5.3.[0-9]"/"version":"5.2.7"/' ours >old
is old 'jemalloc executable note-lies'

# A loader of plug-ins beside one that keeps to itself; another tree has no say.
mkdir -p app other
echo '#include <dlfcn.h>
int main(int n, char **v) { return !dlopen(v[n - 1], RTLD_NOW); }' >host.c
gcc host.c -o app/host
gcc -shared -fPIC f.c -o app/good.so
cp libplugin.so other
[[ $(audit app) != *plug-in* ]]
[[ $(audit app other) != *plug-in* ]]
gcc -shared -fPIC f.c own_malloc.o -o app/bad.so -Wl,-Bsymbolic
[[ $(audit app) == *'system executable plug-in'* ]]
[[ $(audit app/host app) == 'system executable plug-in'* ]]    # it is told once, and is below both words

# One that the executable links itself is no plug-in of it.
mkdir linked && cp app/bad.so linked/libbad.so
gcc host.c -o linked/host -Wl,--no-as-needed -L linked -lbad -Wl,-rpath,'$ORIGIN'
[[ $(audit linked) != *plug-in* ]]

# A library of the program's loads them for it; one of the system's would load its own.
mkdir by-library by-system
printf '%s\n' '#include <dlfcn.h>' 'int load(char *name) { return !dlopen(name, RTLD_NOW); }' >load.c
echo 'int load(char *); int main(int n, char **v) { return load(v[n - 1]); }' >asks.c
for folder in by-library by-system; do
  gcc -shared -fPIC load.c -o $folder/libload.so
  cp app/bad.so $folder
done
gcc asks.c -o by-library/host -L by-library -lload -Wl,-rpath,'$ORIGIN'
gcc asks.c -o by-system/host -L by-library -lload -Wl,-rpath,"$t/by-library"
exits 1 "$cxx" --allocator-audit by-library
[[ $said == *'host: plug-in: its libload.so loads plug-ins, and by-library/bad.so'* ]]
[[ $(audit by-system) != *plug-in* ]]

# A jemalloc that configure would find.
g++ main.cc -o visible -l:libjemalloc.a -lpthread -ldl
is visible 'jemalloc executable visible-jemalloc'
g++ main.cc -o invisible -l:libjemalloc.a -lpthread -ldl -Wl,--exclude-libs=libjemalloc.a
[[ $(audit invisible) != *visible-jemalloc* ]]
g++ -static main.cc -o static-jemalloc -l:libjemalloc.a -lpthread -ldl    # nothing is built or loaded beside it
is static-jemalloc 'jemalloc executable'
# gperftools has names of jemalloc's as its own.
g++ main.cc -o visible-tcmalloc -Wl,--whole-archive -l:libtcmalloc_minimal.a -Wl,--no-whole-archive
nm visible-tcmalloc | grep ' [TtWi] nallocx$' >/dev/null    # not -q: it leaves before nm has said all
[[ $(audit visible-tcmalloc) == 'tcmalloc executable'* && $(audit visible-tcmalloc) != *visible-jemalloc* ]]

# Each has a sentence that says what can happen and what to do, and a place in the documentation.
exits 1 "$cxx" --allocator-audit .
for id in two-allocators half-family hidden-malloc note-lies carries-malloc plug-in visible-jemalloc; do
  [[ $said == *": $id: "*'; '* ]]
  grep -qx "### $id" "$here/../../docs/audit.md"
  grep -q "'$id':" "$here/../../driver/audit/page.js"
done
