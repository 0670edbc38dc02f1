#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# An allocator library on the link line, in whatever spelling, is the only one in the program.
echo '#include <cstdlib>
int main() { delete new int; std::free(std::malloc(9)); }' >main.cc
c++ -c main.cc
libraries=$(dirname "$(c++ -print-file-name=libjemalloc.so)")
echo '-ljemalloc' >f.txt

check() {
  local library=$1
  shift
  [[ $(decision main.o "$@") == 'executable user linked-library' ]]
  silently "$cxx" main.o -o main -Wl,--no-as-needed "$@"
  not defines_jemalloc main
  [[ -z $(note_of main) || $(note_of main) != *jemalloc* ]]
  [[ $(readelf -d main) == *"$library"* ]]
  ./main
}
check libjemalloc.so -ljemalloc
check libjemalloc.so -l jemalloc
check libjemalloc.so -l:libjemalloc.so.2
check libjemalloc.so @f.txt
check libjemalloc.so "$libraries/libjemalloc.so"
check libjemalloc.so "$libraries/libjemalloc.so.2"
[[ $(allocator_at_run_time ./main) == jemalloc ]]                 # theirs
check libtcmalloc_minimal.so -Wl,-ltcmalloc_minimal
check libtcmalloc_minimal.so -Wl,--library=tcmalloc_minimal
check libtcmalloc_minimal.so -Wl,-l,tcmalloc_minimal
check libtcmalloc.so -l:libtcmalloc.so.4
check libmimalloc.so -Xlinker -lmimalloc
check libmimalloc.so "$(realpath "$libraries/libmimalloc.so")"

# Archives have no NEEDED entry; their symbols are in the program.
for words in "$libraries/libjemalloc.a" -l:libjemalloc.a '-Wl,-Bstatic -ljemalloc -Wl,-Bdynamic'; do
  [[ $(decision main.o $words) == 'executable user linked-library' ]]
  silently "$cxx" main.o -o main $words -lm
  not defines_jemalloc main
  nm main | grep ' [Tt] je_arena_boot' >/dev/null
  [[ $(allocator_at_run_time ./main) == jemalloc ]]
done

# A name in another place is no library.
for words in -Wl,-soname,libjemalloc.so -Wl,-rpath,/jemalloc -L/jemalloc '-Wl,-Map -Wl,libjemalloc.so.map'; do
  silently "$cxx" main.o -o main $words
  has_jemalloc main
done
# Nor is a library of that name that allocates nothing.
echo 'int nothing;' >nothing.cc
c++ -shared -fPIC nothing.cc -o libmesh.so
silently "$cxx" main.o -o main -L. -lmesh
has_jemalloc main
