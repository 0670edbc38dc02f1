#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No deadlock between fork, stdio and threads, and no lock is lost in the child. A hang is ended after 20 seconds.
. "$(dirname "$0")/common.sh"
compile "$here/fork.c" -o fork.o
for kind in -pie -static; do
  "$cc" $kind fork.o -o program -pthread
  timeout -s KILL 20 ./program 4
  MALLOC_CONF=background_thread:true timeout -s KILL 20 ./program 1
done

# Nor while another thread makes a part of the map of pages.
compile "$here/fork_map.c" -o map.o
for kind in -pie -static; do
  "$cc" $kind map.o -o program -pthread
  timeout -s KILL 60 ./program 50
done

# In a process with one thread a signal handler may fork, whatever it interrupted.
compile "$here/fork_in_handler.c" -o handler.o
for kind in -pie -static; do
  "$cc" $kind handler.o -o program
  timeout -s KILL 60 ./program 300
done

# The test can fail: jemalloc by itself takes the two locks the other way round. It hangs as a rule (137); once its child
# crashed instead (139), and on a busy machine a run may come through.
preloaded=$(ls /usr/lib/*/libjemalloc.so.2 2>/dev/null || true)
if [[ $preloaded ]]; then
  "$cc" --allocator=system fork.o -o system -pthread
  status=0
  for try in 1 2 3 4 5; do
    timeout -s KILL 6 env LD_PRELOAD="$preloaded" ./system 5 || status=$?
    if ((status)); then break; fi
  done
  ((status == 137 || status == 139))
fi
