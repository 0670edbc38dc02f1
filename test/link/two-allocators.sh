#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Two allocators in one link are an error that names both, before anything runs; --allocator=system leaves the user's own.
fake_compiler fake-g++
echo '#include <cstddef>
extern "C" { void *malloc(std::size_t) { return nullptr; } void free(void *) {} }' >own.cc
echo 'int main() {}' >main.cc
c++ -c own.cc main.cc
ar rc libown.a own.o
echo old >main
refused() {
  local one=$1 other=$2
  shift 2
  CXX_ALLOC_CXX=$t/fake-g++ WORDS=$t/ran exits 1 "$cxx" main.o -o main "$@"
  [[ $said == "cxx-alloc: error: cannot link two allocators: $one and "$other'; '* && $said != *$'\n'* ]]
  [[ ! -e ran && $(cat main) == old ]]
}
refused --allocator=jemalloc -ljemalloc --allocator=jemalloc -ljemalloc
refused --allocator=jemalloc -ltcmalloc_minimal -ltcmalloc_minimal --allocator=jemalloc
refused --allocator=jemalloc '*own.o' own.o --allocator=jemalloc
refused --allocator=jemalloc '*libown.a*' libown.a --allocator=jemalloc
refused --allocator=jemalloc -fsanitize=address -fsanitize=address --allocator=jemalloc
refused --allocator=jemalloc '*defsym*' -Wl,--defsym=malloc=main --allocator=jemalloc
refused -lalloc_system -lalloc_jemalloc -lalloc_system -lalloc_jemalloc
CXX_ALLOC=jemalloc refused CXX_ALLOC=jemalloc -lmimalloc -lmimalloc

silently "$cxx" main.o -ltcmalloc_minimal -Wl,--no-as-needed -o main --allocator=system
[[ $(nm main) != *cxa_je_* ]]
./main
# In a source it shows only afterwards: the mixed program must not stay.
cp "$here/own_malloc.c" own.c
echo 'int main() {}' >main.c
exits 1 "$cc" main.c own.c -o mixed --allocator=jemalloc
[[ $said == 'cxx-alloc: error: cannot link two allocators: --allocator=jemalloc and '* && $said != *$'\n'* ]]
[[ ! -e mixed ]]
[[ $(decision main.o own.o --allocator=system) == 'executable user user-symbols' ]]
