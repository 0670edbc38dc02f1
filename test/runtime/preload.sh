#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Another allocator, preloaded over ours. The executable comes first in the search, so ours answers for malloc; what a
# preload brings of its own must not mix with it. jemalloc's and tcmalloc's bring nothing that is in our way. mimalloc's
# defines strdup and realpath over its own heap, whose blocks our free does not know: docs/runtime.md warns of it.
. "$(dirname "$0")/common.sh"
cat >uses.cc <<'END'
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <malloc.h>
#include <iostream>
#include <sstream>
#include <thread>
#include <vector>
int main() {
  std::ostringstream text;
  for (int i = 0; i < 1000; i++) text << i << ' ';
  free(strdup(text.str().c_str()));
  char *line = nullptr;
  if (asprintf(&line, "%s", text.str().c_str()) < 0) return 1;
  free(line);
  free(realpath("/", nullptr));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++) threads.emplace_back([] { for (int n = 1; n < 100000; n *= 2) delete[] new char[n]; });
  for (auto &thread : threads) thread.join();
  return mallinfo2().uordblks == 0;
}
END
"$cxx" -D_GNU_SOURCE uses.cc -o uses -pthread
tried=0
for name in libjemalloc.so.2 libtcmalloc_minimal.so.4; do
  file=$(ls /usr/lib/*/$name 2>/dev/null || true)
  if [[ -z $file ]]; then echo "not installed: $name"; continue; fi
  tried=1
  [[ $(allocator_at_run_time env LD_PRELOAD="$file" ./uses) == jemalloc ]]
done
((tried)) || skip "neither libjemalloc2 nor libtcmalloc-minimal4 is installed"

# The way out for a user who wants the preload to win: link with the process's own malloc.
"$cxx" --allocator=system -D_GNU_SOURCE uses.cc -o system -pthread
for file in /usr/lib/*/lib{jemalloc.so.2,tcmalloc_minimal.so.4,mimalloc.so.2.0}; do
  if [[ ! -e $file ]]; then continue; fi
  status=0
  LD_PRELOAD=$file LD_DEBUG=bindings LD_DEBUG_OUTPUT=bindings ./system || status=$?
  ((status <= 1))
  grep -h 'file ./system .* to .*symbol `_Znwm' bindings.* | grep -F "$file" >/dev/null
  rm bindings.*
done
