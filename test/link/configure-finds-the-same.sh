#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Probes like AC_CHECK_FUNCS and AC_CHECK_LIB, and -Werror flag probes, answer as they do without us: nothing of ours but
# what libc has is visible.
for name in mallctl mallocx sdallocx rallocx je_malloc malloc_conf cxx_alloc_note malloc_usable_size mallinfo2 \
            reallocarray; do
  echo "char $name(); int main(void) { return $name(); }" >conftest.c
  same=0
  gcc -w -fno-builtin conftest.c -o conftest 2>/dev/null || same=$?
  exits $same "$cc" -w -fno-builtin conftest.c -o conftest
  same=0
  gcc -w -fno-builtin -static conftest.c -o conftest 2>/dev/null || same=$?
  exits $same "$cc" -w -fno-builtin -static conftest.c -o conftest
done
echo 'int main() {}' >main.cc
for words in -Werror '-Wall -Wextra -Werror' -Wl,--fatal-warnings '-Werror -Wl,-z,defs'; do
  for linker in bfd gold lld mold; do
    silently "$cxx" $words -fuse-ld=$linker main.cc -o main
    has_jemalloc main
  done
done
CXX_ALLOC_CXX=clang++-22 silently "$cxx" -Werror -Weverything -Wno-c++98-compat main.cc -o main
has_jemalloc main
# Exported is what libc.so and libstdc++.so refer to, and nothing with a name of ours but the one of the public header.
exported=$(nm -D --defined-only main | awk '{ print $NF }')
not grep -E 'je_|mallctl|mallocx|sdallocx' <<<"$exported"
grep -x malloc <<<"$exported" >/dev/null
