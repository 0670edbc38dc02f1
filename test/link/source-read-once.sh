#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A source whose own malloc shows only once it is compiled, and which cannot be read a second time: stdin, a pipe.
cat >main.c <<'C'
#include <stdlib.h>
int own_bytes(void);
int main() { free(malloc(10)); return own_bytes() ? 0 : 1; }
C
cat main.c "$here/own_malloc.c" >all.c
for compiler in gcc clang-22; do
  export CXX_ALLOC_CC=$compiler
  check() {
    not defines_jemalloc program
    ./program
    rm program
  }
  silently "$cc" all.c -o program
  check
  silently "$cc" -x c - -o program <all.c                         # a file, which can be rewound
  check
  cat all.c | silently "$cc" -x c - -o program
  check
  silently "$cc" -x c <(cat all.c) -o program
  check
  silently "$cc" @<(echo all.c -o program)
  check
  # And without one of its own.
  echo 'int main(void) { return 0; }' | silently "$cc" -x c - -o program
  has_jemalloc program
done
