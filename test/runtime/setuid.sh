#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A set-user-ID program does not listen to MALLOC_CONF: whoever starts it must not steer its heap.
. "$(dirname "$0")/common.sh"
[[ $EUID == 0 ]] || skip "only root can make a program that runs as another user"
nobody=$(id -u nobody)
echo '#include <stdlib.h>
#include <unistd.h>
int main(void) { free(malloc(1)); return getuid() == geteuid(); }' >setuid.c
"$cc" -fno-builtin setuid.c -o setuid
"$cc" -fno-builtin -static setuid.c -o setuid-static
chmod 755 . setuid setuid-static
for program in setuid setuid-static; do
  exits 1 env MALLOC_CONF=stats_print:true setpriv --reuid "$nobody" --clear-groups "$t/$program"
  [[ $said == *'Begin jemalloc statistics'* ]]

  chown "$nobody" $program
  chmod 4755 $program
  status=0
  said=$(MALLOC_CONF=stats_print:true "$t/$program" 2>&1) || status=$?
  ((status == 0)) || skip "this folder is mounted nosuid: $t"
  [[ -z $said ]]
done
