#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# mallinfo2 takes no more than three times the instructions of glibc's: servers call it for each request.
. "$(dirname "$0")/common.sh"
echo '#include <malloc.h>
#include <stdlib.h>
int main(int argc, char **argv) {
  void *volatile block = malloc(100);
  size_t sum = block != NULL;
  for (int i = atoi(argv[argc - 1]); i > 0; i--) sum += mallinfo2().uordblks;
  return sum == 0;
}' >calls.c
compile calls.c -o calls.o
gcc calls.o -o plain
"$cc" calls.o -o ours

of_a_call() { echo $((($(instructions "$1" 1001) - $(instructions "$1" 1)) / 1000)); }
plain=$(of_a_call ./plain)
ours=$(of_a_call ./ours)
echo "instructions of a call: $ours, glibc's $plain"
((ours <= plain * 3))
