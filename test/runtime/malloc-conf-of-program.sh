#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A program's `malloc_conf` is options where it is a string of options, and nothing of ours where it is something else.
. "$(dirname "$0")/common.sh"
for kind in -pie -static; do
  i=0
  while read -r definition; do
    printf '%s\n' '#include <stdlib.h>' 'int main(void) { free(malloc(10)); return 0; }' "$definition" >odd.c
    "$cc" $kind -fno-builtin odd.c -o odd
    silently ./odd
    [[ $(option narenas ./odd narenas:3) == 3 ]]
    i=$((i + 1))
  done <<'END'
struct { int a, b; } malloc_conf = {5, 7};
int malloc_conf;
char malloc_conf = 'x';
long malloc_conf[100] = {-1, -1};
void malloc_conf(void) {}
const char malloc_conf[] = "narenas:7";
const char *malloc_conf = "/etc/program/malloc.conf";
const char *malloc_conf = "";
const char *malloc_conf = "narenas:\001";
void *malloc_conf = (void *)8;
void *malloc_conf = &malloc_conf;
const char *const *malloc_conf = (const char *const[]){"narenas:7"};
END
  ((i == 12))
  echo 'const char *malloc_conf = "narenas:7"; int main(void) { return 0; }' >own.c
  "$cc" $kind own.c -o own
  [[ $(option narenas ./own) == 7 && $(option narenas ./own narenas:3) == 3 ]]
done
