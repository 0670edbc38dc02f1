#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The API under address and undefined-behaviour sanitizer, on libc's malloc and on ours. An ill-matched size would be found
# by the address sanitizer in the C++ operators only, so the tests of the table check those.
. "$(dirname "$0")/common.sh"
stop=-fno-sanitize-recover=all
for compiler in gcc clang-22; do
  c_check $compiler -g -fsanitize=address,undefined $stop
  ./check sanitizer '' -
done
for compiler in g++ clang++-22; do
  cxx_check $compiler -g -fsanitize=address,undefined $stop
  ./check sanitizer
done
c_check "$cc" -g -fsanitize=undefined $stop
./check jemalloc 5.3 jemalloc
cxx_check "$cxx" -g -fsanitize=undefined $stop
./check jemalloc
c_check gcc -g -fsanitize=thread
./check sanitizer '' -
# Silence means that it works, not that it is off.
cat >leak.c <<'END'
#include <cxx_alloc/allocator.h>
int main(void) {
  volatile char *block = cxx_alloc_allocate(10, 1);
  return block[10];
}
END
gcc -g -fsanitize=address -I"$include" leak.c -o leak
exits 1 ./leak
grep -q heap-buffer-overflow <<<"$said"
