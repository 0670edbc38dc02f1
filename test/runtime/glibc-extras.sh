#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# mallinfo, mallinfo2, malloc_info, malloc_stats and malloc_trim report and govern jemalloc's heap, mallopt answers as
# documented, and a static program that calls them all has one malloc.
. "$(dirname "$0")/common.sh"
compile -Wno-deprecated-declarations "$here/extras.c" -o extras.o
in_every_kind extras.o PROGRAM

# The test can fail: glibc's own functions do not speak of jemalloc.
"$cc" --allocator=system extras.o -o system
exits 1 ./system
