#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A sanitizer whose runtime owns malloc keeps it and finds what it is there to find; one that only instruments code
# leaves the default alone. The last word of -fsanitize= and -fno-sanitize= counts, over comma lists.
cat >main.cc <<'CC'
#include <cstdlib>
int main(int argc, char **) {
  volatile char *block = static_cast<char *>(std::malloc(8));
  int shift = argc + 30;
  if (argc > 1) return block[8 * argc];
  std::free(const_cast<char *>(block));
  return (1 << shift) != 0 ? 0 : 1;
}
CC
export ASAN_OPTIONS=detect_leaks=0
for compiler in g++ clang++-22; do
  export CXX_ALLOC_CXX=$compiler
  for words in -fsanitize=address -fsanitize=undefined,address '-fsanitize=address -fno-sanitize=undefined'; do
    [[ $(decision $words main.cc) == 'executable user sanitizer' ]]
    silently "$cxx" $words main.cc -o main
    not defines_jemalloc main
    ./main
    exits 1 ./main overflow
    [[ $said == *heap-buffer-overflow* ]]
  done
  for words in -fsanitize=undefined '-fsanitize=address -fno-sanitize=address' '-fsanitize=address -fno-sanitize=all' \
               -fsanitize=bounds,shift; do
    [[ $(decision $words main.cc) == 'executable jemalloc output-default' ]]
    silently "$cxx" $words main.cc -o main
    defines_jemalloc main
    # clang's runtime allocates before libc has an environment: any jemalloc then misses MALLOC_CONF.
    if [[ $compiler == g++ ]]; then has_jemalloc main; else ./main; fi
  done
  for words in -fsanitize=thread -fsanitize=leak; do
    [[ $(decision $words main.cc) == 'executable user sanitizer' ]]
    silently "$cxx" $words main.cc -o main
    not defines_jemalloc main
  done
done
for name in memory scudo fuzzer hwaddress; do
  [[ $(decision -fsanitize=$name main.cc) == 'executable user sanitizer' ]]
done
exits 1 "$cxx" -fsanitize=address main.cc -o never --allocator=jemalloc
[[ $said == 'cxx-alloc: error: cannot link two allocators: '*'-fsanitize=address'* ]]
[[ ! -e never ]]
