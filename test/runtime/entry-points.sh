#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every function of the malloc family, and those of libc on top of it, answers with jemalloc's memory.
. "$(dirname "$0")/common.sh"
compile "$here/entry_points.c" -o entry_points.o
in_every_kind entry_points.o PROGRAM

# The test can fail: libc's figures are not ours.
"$cc" --allocator=system entry_points.o -o system
exits 1 ./system
