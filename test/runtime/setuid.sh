#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A set-user-ID program does not listen to MALLOC_CONF, nor to CXX_ALLOC_LIBC_SYMBOLS: whoever starts it must not steer its heap.
if ((EUID)) && sudo -n true 2>/dev/null; then exec sudo -nE "$BASH" "$0" "$@"; fi
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

# ld.so takes variables out of its environment, and what the kernel says stands behind.
echo '#include <dlfcn.h>
#include <stdlib.h>
int main(void) { return dlsym(dlopen("libc.so.6", RTLD_NOW), "free") != (void *)free; }' >libc.c
"$cc" -fno-builtin libc.c -o libc
chmod 755 libc
exits 1 env CXX_ALLOC_LIBC_SYMBOLS=keep setpriv --reuid "$nobody" --clear-groups "$t/libc"
chown "$nobody" libc
chmod 4755 libc
removed=(LD_PRELOAD=/none LD_LIBRARY_PATH=/none LD_BIND_NOW=1 MALLOC_CHECK_=3 TMPDIR=/none)
exits 0 env "${removed[@]}" CXX_ALLOC_LIBC_SYMBOLS=keep "${removed[@]/=/_OTHER=}" "$t/libc"
