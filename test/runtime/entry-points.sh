#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every function of the malloc family, and those of libc on top of it, answers with jemalloc's memory.
. "$(dirname "$0")/common.sh"
compile "$here/entry_points.c" -o entry_points.o
in_every_kind entry_points.o PROGRAM

# The test can fail: libc's figures are not ours.
echo 'void free(void *); void free_sized(void *p) { free(p); } void free_aligned_sized(void *p) { free(p); }' >c23.c
"$cc" --allocator=system entry_points.o c23.c -o system
exits 1 ./system
