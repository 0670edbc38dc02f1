#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# vfork, posix_spawn, popen, system and daemon.
. "$(dirname "$0")/common.sh"
compile "$here/process.c" -o process.o
for kind in -pie -static; do
  "$cc" $kind process.o -o program -pthread
  timeout -s KILL 30 ./program
done
