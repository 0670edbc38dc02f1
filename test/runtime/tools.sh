#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/runtime.md, "Tools that stand in front of malloc": heaptrack, memusage, ltrace and glibc's malloc debugging see nothing of
# a program with our malloc, do no harm, and see everything with --allocator=system.
. "$(dirname "$0")/common.sh"
cat >main.c <<'END_OF_SOURCE'
#include <dlfcn.h>
#include <stdlib.h>
int main(void) {
  dlclose(dlopen("libm.so.6", RTLD_NOW));    // otherwise heaptrack 1.4 waits for ever for a first call of what it replaces
  for (int i = 0; i < 1000; i++) free(malloc(100));
  unsigned char *block = malloc(100);
  return block[50] == (0x42 ^ 0xff);    // MALLOC_PERTURB_: what malloc fills a block with
}
END_OF_SOURCE
"$cc" -fno-builtin main.c -o ours
"$cc" -fno-builtin --allocator=system main.c -o system

# How many allocations each tool sees.
by_heaptrack() {
  heaptrack -o seen "$1" >log 2>&1
  sed -n 's/^\s*allocations:\s*//p' log
}
by_memusage() { memusage "$1" 2>&1 | sed -E 's/\x1b\[[0-9;]*m//g' | sed -nE 's/^ *malloc\| *([0-9]+).*/\1/p'; }
by_ltrace() { ltrace -e malloc -o seen "$1" >log 2>&1 && grep -c 'malloc(' seen || true; }
for tool in heaptrack memusage ltrace; do
  count=$(by_$tool ./ours)
  echo "$tool: ours $count"
  ((count < 100))
  count=$(by_$tool ./system)
  echo "$tool: system $count"
  ((count >= 1000))
done

# Debian has it beside libc.so.6, since glibc 2.34.
debugging=(env LD_PRELOAD=libc_malloc_debug.so.0 MALLOC_PERTURB_=66 MALLOC_CHECK_=3)
silently "${debugging[@]}" ./ours
exits 1 "${debugging[@]}" ./system
