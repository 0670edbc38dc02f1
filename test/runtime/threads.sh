#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Threads that exit while others free their memory.
. "$(dirname "$0")/common.sh"
compile_cxx "$here/threads.cc" -o threads.cc.o
for kind in -pie -static; do
  "$cxx" $kind threads.cc.o -o program -pthread
  timeout -s KILL 60 ./program
done
