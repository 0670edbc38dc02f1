#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What upstream's jemalloc 5.3.1 does wrong, beside the malloc family itself (jemalloc-defects.sh): threads that end.
. "$(dirname "$0")/common.sh"
compile "$here/ending_thread.c" -o ending.o
for kind in -pie -static; do
  "$cc" $kind ending.o -o program -pthread
  timeout -s KILL 100 ./program
done
