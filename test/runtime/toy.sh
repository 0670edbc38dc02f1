#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An allocator is a folder: a toy, put beside the others, is built, named, chosen, yielded and explained like any other, and
# nothing but its folder was written for it (docs/allocators.md).
. "$(dirname "$0")/common.sh"
top=$(realpath "$here/../..")

# A tree with two allocators, the system's and the toy. Of the driver only the list of allocators is compiled anew: that no other
# file knows what the folders say is half of the proof, and saves minutes.
mkdir -p source/allocators
cp -r "$top"/{meson.build,meson.options,LICENSE,runtime,driver,docs} source/
find "$top"/allocators -maxdepth 1 -type f -exec cp {} source/allocators/ \;
cp -r "$top"/allocators/system "$here"/toy source/allocators/
CC=gcc CXX=g++ meson setup built source -Dtests=disabled -Ddefault_allocator=toy >log 2>&1 || { cat log; exit 1; }
target=$(ninja -C built -t targets all | sed -n 's#^allocators/toy/\([^/:]*\): .*#\1#p')
list=driver/libdriver.a.p/words_allocators.cc.o
ninja -C built {allocators/{system,toy}/"$target",driver/cc-alloc,$list} >log 2>&1 || { cat log; exit 1; }
ninja -C "$build" -t commands -s driver/cxx-alloc | sed "s# -o driver/cxx-alloc # -o $t/built/driver/cxx-alloc $t/built/$list #" >link
grep -qF "$t/built/$list" link
(cd "$build" && bash "$t"/link) >log 2>&1 || { cat log; exit 1; }
cxx=$t/built/driver/cxx-alloc cc=$t/built/driver/cc-alloc
export CXX_UNDER_TEST=$cxx CC_UNDER_TEST=$cc BUILD_UNDER_TEST=$t/built

# Its name is where the others' are.
[[ $("$cxx" --allocator-version) == *$'\nsystem\ntoy 1.0\nruntime: '* ]]
for said in "$("$cxx" --allocator-help)" "$("$cxx" --help)" "$(<built/docs/cxx-alloc.1)" "$(cat built/driver/completions/*xx-alloc*)"; do
  [[ $said == *toy* ]]
  grep -iE 'jemalloc|scudo' <<<"$said" && { echo 'an allocator that is not there is named'; exit 1; }
done
for file in cxx-alloc _cxx-alloc cxx-alloc.fish; do grep -q toy built/driver/completions/$file; done
grep -q 'alloc_toy' built/meson-private/alloc_toy.pc
exits 1 "$cxx" --allocator=tay main.cc
[[ $said == *"did you mean 'toy'? (one of auto, system, toy, none)"* ]]

cat >main.cc <<'C'
#include <cstring>
#include <cxx_alloc/allocator.hpp>
int main(int argc, char **argv) {
  delete[] new char[argc];
  return argc > 1 && std::strcmp(cxx_alloc_name(), argv[1]) != 0;
}
C
cat >main.c <<'C'
#include <cxx_alloc/allocator.h>
int main(int argc, char **argv) {
  free(malloc(100));
  return argc > 1 && strcmp(cxx_alloc_name(), argv[1]) != 0;
}
C
include=$t/built/runtime/include
options=(-O1 -I"$include")
g++ -std=c++20 "${options[@]}" -c main.cc
gcc -fno-builtin "${options[@]}" -c main.c -o c.o
# The program was given the toy: by its symbols, its note and what it says itself; or not.
has_toy() { nm -p "$1" | grep ' cxa_toy_allocate$' >/dev/null && [[ $(note_of "$1") == *'"allocator":"toy"'*'"version":"1.0"'* ]] && ./"$1" toy; }
has_libc() { nm -p "$1" | not grep ' cxa_toy_' >/dev/null && [[ $(note_of "$1") != *'"toy"'* ]]; }

# Default, flag, environment, library, header: in the order in which they beat each other.
for compiler in g++ clang++-22; do
  CXX_ALLOC_CXX=$compiler silently "$cxx" -std=c++20 "${options[@]}" main.cc -o program
  has_toy program
done
silently "$cc" c.o -o c-program; has_toy c-program
[[ $(decision main.o) == 'executable toy output-default' ]]
[[ $(decision main.o --allocator=toy) == 'executable toy flag' ]]
[[ $(CXX_ALLOC=toy decision main.o) == 'executable toy environment' ]]
[[ $(CXX_ALLOC=toy decision main.o --allocator=system) == 'executable system flag' ]]
[[ $(CXX_ALLOC=system decision main.o --allocator=toy) == 'executable toy flag' ]]
CXX_ALLOC=system silently "$cxx" main.o -o program; has_libc program; ./program system
[[ $(decision main.o -lalloc_toy) == 'executable toy linked-library' ]]
silently "$cxx" main.o -lalloc_toy -o program; has_toy program
for name in toy system; do
  echo "#include <cxx_alloc/use_$name.h>" | gcc "${options[@]}" -x c -c - -o use_$name.o
  [[ $(decision main.o use_$name.o) == "executable $name source-marker" ]]
  silently "$cxx" main.o use_$name.o -o program
  ./program $name
done
# Libraries are left alone, and an allocator of somebody else's is.
[[ $(decision -shared -fPIC main.c) == 'shared-library system output-default' ]]
[[ $(decision main.o -ltcmalloc) == 'executable user linked-library' ]]
gcc -c "$link_tests"/own_malloc.c -o own.o
[[ $(decision main.o own.o) == 'executable user user-symbols' ]]

# What cannot be: an error, and no output touched.
error() {
  local wanted=$1
  shift
  echo precious >kept
  exits 1 "$cxx" "$@" -o kept
  [[ $said == "cxx-alloc: error: "$wanted && $(<kept) == precious ]] || { printf '%s\n' "$said" "wanted: $wanted" >&2; return 1; }
}
error 'cannot link two allocators: *' --allocator=toy main.o -ltcmalloc
error 'cannot link two allocators: *' --allocator=toy main.o own.o
error 'cannot link two allocators: *' main.o use_toy.o use_system.o
error '--allocator=toy: there is no toy runtime for a shared library on *' --allocator=toy -shared -fPIC main.c
error '--allocator=toy: there is no toy runtime for an executable on i386-linux-gnu; *' --allocator=toy -m32 main.c
error '--allocator-conf=narenas:3: toy takes no options; *' --allocator-conf=narenas:3 main.o
error '--allocator-profile: toy writes no heap profiles; *' --allocator-profile main.o

# Every kind of program; C stays C; nothing of it is seen but malloc's family and the table.
cp main.o main.cc.o
in_every_kind main.cc.o PROGRAM toy >log 2>&1 || { cat log; exit 1; }
for compiler in g++ clang++-22; do
  CXX_ALLOC_CXX=$compiler silently "$cxx" -std=c++20 -flto "${options[@]}" main.cc -o program
  ./program toy
  [[ $(note_of program) == *'"allocator":"toy"'* ]]
done
"$cc" -rdynamic c.o -o c-program
not grep -q 'libstdc++\|libgcc_s' <(readelf -d c-program)
nm -D --defined-only c-program | not grep -q toy
strip program c-program
exits 0 "$cxx" --allocator-audit --allocator-expect=toy program c-program
exits 1 "$cxx" --allocator-audit --allocator-expect=system program

# Whoever reads about it: -v, the log, the archive for plain compilers, a static library that carries it.
[[ $("$cxx" -v main.o -o program 2>&1) == *'cxx-alloc: executable: toy 1.0'* ]]
CXX_ALLOC_LOG=log.json "$cxx" main.o -o program
[[ $(<log.json) == *'"allocator":"toy"'*'"version":"1.0"'* ]]
g++ main.o -L"built/allocators/toy/$target" -Wl,-u,cxx_alloc_provider -lalloc_toy -pthread -o program
has_toy program
echo 'int *carried() { return new int; }' >carried.cc
"$cxx" --emit-static-lib --allocator=toy carried.cc -o libcarried.a
echo 'int *carried(); int main() { delete carried(); }' >calls.cc
g++ calls.cc libcarried.a -o program
nm -p program | grep ' cxa_toy_allocate$' >/dev/null
[[ $(decision calls.cc libcarried.a --allocator=auto) == 'executable toy '* ]]

# And what holds for every malloc holds for it. (The rest of test/runtime waits for memory to be given back.)
compile_cxx -fsized-deallocation "$here"/operators.cc -o operators.cc.o
linkers=(bfd lld)
in_every_kind operators.cc.o PROGRAM >log 2>&1 || { cat log; exit 1; }
ALLOCATOR_UNDER_TEST=toy bash "$here"/entry-points.sh >log 2>&1 || { cat log; exit 1; }
