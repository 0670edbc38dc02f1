#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What jemalloc adds to a program: its size, its start, its link. Prints the tables of docs/runtime.md; not a test.
. "$(dirname "$0")/common.sh"
rounds=${1:-41}

echo '#include <stdio.h>
int main(void) { puts("hello"); return 0; }' >C.c
echo '#include <iostream>
#include <string>
#include <vector>
int main() { std::cout << std::vector<std::string>(1, "hello")[0] << std::endl; }' >C++.cc
gcc -O2 -c C.c -o C.o
g++ -O2 -c C++.cc -o C++.o

# Nanoseconds of each command, in turn, so that a slow moment meets all of them; prints the median of each.
medians() {
  python3 - "$rounds" "$@" <<'END'
import os, statistics, subprocess, sys, time
rounds, commands = int(sys.argv[1]), [words.split() for words in sys.argv[2:]]
times = [[] for _ in commands]
null = open(os.devnull, 'w')
for _ in range(rounds):
    for command, seen in zip(commands, times):
        start = time.perf_counter_ns()
        subprocess.run(command, check=True, stdout=null, stderr=null)
        seen.append(time.perf_counter_ns() - start)
print(*(int(statistics.median(seen)) for seen in times))
END
}
milliseconds() { awk -v ns="$1" 'BEGIN { printf "%.1f", ns / 1e6 }'; }
driver_of() { if [[ $1 == C ]]; then echo "$cc"; else echo "$cxx"; fi; }

for language in C C++; do
  for kind in '' -static; do
    for allocator in system jemalloc; do
      "$(driver_of $language)" --allocator=$allocator $kind -s $language.o -o "$language$kind-$allocator"
    done
  done
done

echo '| Program, stripped | plain | with jemalloc | added |'
echo '|---|---:|---:|---:|'
for name in C C-static C++ C++-static; do
  plain=$(stat -c %s $name-system) with=$(stat -c %s $name-jemalloc)
  echo "| ${name/-/ -} | $((plain / 1000)) KB | $((with / 1000)) KB | $(((with - plain + 500) / 1000)) KB |"
done

echo
echo '| Start and end of a program | plain | with jemalloc | added | instructions added |'
echo '|---|---:|---:|---:|---:|'
for name in C C-static C++ C++-static; do
  read -r plain with < <(medians ./$name-system ./$name-jemalloc)
  more=$(($(instructions ./$name-jemalloc) - $(instructions ./$name-system)))
  added=$((with - plain))
  echo "| ${name/-/ -} | $(milliseconds $plain) ms | $(milliseconds $with) ms | $(milliseconds $added) ms |" \
    "$((more / 1000)) thousand |"
done

echo
echo '| Link of the C++ program | the compiler alone | with cxx-alloc | added |'
echo '|---|---:|---:|---:|'
for linker in "${linkers[@]}"; do
  read -r plain with < <(medians "g++ -fuse-ld=$linker C++.o -o plain" "$cxx -fuse-ld=$linker C++.o -o with")
  echo "| $linker | $(milliseconds $plain) ms | $(milliseconds $with) ms | $(milliseconds $((with - plain))) ms |"
done
