#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/api.md does not lie: its examples compile without a warning and print what the page says.
. "$(dirname "$0")/common.sh"
page=$here/../../docs/api.md

# block N: the page's N-th code block, without the fences.
block() { awk -v wanted="$1" '/^```/ { inside = !inside; if (inside) count++; next } inside && count == wanted' "$page"; }
libc=$(getconf GNU_LIBC_VERSION) libc=${libc#glibc }
jemalloc=$(readelf -p .note.cxx-alloc "$build"/allocators/jemalloc/*/executable.o | grep -o '"version":"[0-9.]*"')
jemalloc=${jemalloc//[!0-9.]/}

block 1 >example.c
silently "$cc" -std=c11 "${strict[@]}" example.c
diff <(block 2 | sed "s/jemalloc 5.3.1/jemalloc $jemalloc/") <(./a.out)
silently gcc -std=c11 "${strict[@]}" example.c
diff <(block 3 | sed "s/system 2.36/system $libc/") <(./a.out)

block 4 >example.cc
silently "$cxx" -std=c++20 -Wall -Wextra -Wpedantic -Werror -I"$include" example.cc
grep -qF "prints \`$(./a.out)\`" "$page"

# Every function and type that the page names exists.
grep -o 'cxx_alloc_[a-z_]*' "$page" | sort -u | while read -r name; do grep -qw "$name" "$include"/cxx_alloc/*; done
