#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A small program needs little address space: what `ulimit -v` and `-d` and the limit for locked memory ask for. And what the
# kernel refuses to promise, the program is refused.
. "$(dirname "$0")/common.sh"
compile "$here/memory.c" -o memory.o
gcc memory.o -o plain -pthread
"$cc" memory.o -o ours -pthread
"$cc" -static memory.o -o ours-static -pthread
gcc -static memory.o -o plain-static -pthread

# The least limit in KiB, to 64, with which a program runs: least OPTION COMMAND…
least() {
  local low=0 high=65536 middle
  while ((high - low > 64)); do
    middle=$(((low + high) / 2))
    if (ulimit "$1" $middle && exec "${@:2}") >/dev/null 2>&1; then high=$middle; else low=$middle; fi
  done
  echo $high
}
for kind in '' -static; do
  for option in -v -d; do
    plain=$(least $option ./plain$kind nothing)
    needed=$(least $option ./ours$kind nothing)
    echo "ulimit $option$kind: $needed KiB, plain $plain"
    ((needed <= plain + 3072))
  done
done

# 8 MiB is what an ordinary user may lock on many systems. Root has no limit.
cat >lock.c <<'C'
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
int main(int argc, char **argv) {
  struct rlimit limit = {8 << 20, 8 << 20};
  if (argc < 2 || setrlimit(RLIMIT_MEMLOCK, &limit) != 0) return 3;
  if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) return 3;
  execv(argv[1], argv + 1);
  return 3;
}
C
gcc lock.c -o lock
chmod 755 .
for program in plain ours ours-static; do ./lock ./$program locked; done

# Heuristic overcommit refuses a block that is larger than all memory and swap.
if [[ $(</proc/sys/vm/overcommit_memory) == 0 ]]; then
  total=$(awk '/^(MemTotal|SwapTotal):/ { sum += $2 } END { print sum }' /proc/meminfo)
  cat >promise.cc <<'C'
#include <cstdlib>
#include <new>
#include <vector>
void *volatile kept;
int main(int, char **argv) {
  std::size_t bytes = std::strtoull(argv[1], nullptr, 10) * 1024;
  if (std::malloc(bytes) != nullptr || std::calloc(bytes, 1) != nullptr || std::aligned_alloc(65536, bytes) != nullptr) return 1;
  if (std::realloc(std::malloc(100), bytes) != nullptr || std::realloc(std::malloc(5 << 20), bytes) != nullptr) return 1;
  try {
    std::vector<char> all(bytes);
    kept = all.data();    // or GCC 16 takes the allocation away, with its failure
    return 1;
  } catch (const std::bad_alloc &) {
  }
  // Half of it is promised, and given back.
  for (int i = 0; i < 4; i++) {
    void *half = std::malloc(bytes / 2);
    if (half == nullptr) return 2;
    std::free(half);
  }
  return 0;
}
C
  "$cxx" -O1 -fno-builtin -w promise.cc -o promise
  ./promise $((total + total / 10))
  # The test can fail: half of it is a promise that is made.
  exits 1 ./promise $((total / 2))
else
  echo "overcommit_memory is not 0: what is promised is not tried"
fi
