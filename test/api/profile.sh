#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# cxx_alloc_dump_profile() writes a heap profile where the executable can, and says ENOTSUP or EFAULT where not.
. "$(dirname "$0")/common.sh"
cat >dump.c <<'END'
#include <cxx_alloc/allocator.h>
int main(int argc, char **argv) {
  void *block = cxx_alloc_allocate(10 << 20, 64);
  int error = block == NULL || argc != 2 ? EINVAL : cxx_alloc_dump_profile(argv[1]);
  cxx_alloc_deallocate(block, 10 << 20, 64);
  return error == 0 ? 0 : error == ENOTSUP ? 2 : error == EFAULT ? 3 : 4;
}
END
silently "$cc" --allocator-profile -std=c11 "${strict[@]}" dump.c -o dump
MALLOC_CONF=prof:true,prof_active:true,lg_prof_sample:12 exits 0 ./dump heap
head -n1 heap | grep -q '^heap_v2/'
MALLOC_CONF=prof:true exits 3 ./dump no-such-folder/heap
exits 2 ./dump heap
silently "$cc" -std=c11 "${strict[@]}" dump.c -o dump
exits 2 ./dump heap
