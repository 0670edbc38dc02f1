#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Debian's own programs, with the answers that running them gives.
# The packages' own, whatever else is in PATH.
program() { readlink -f "$(PATH=/usr/sbin:/usr/bin:/bin command -v "$1")" || true; }
asked=0
# NAME VERDICT: skipped where the package is not installed.
package() {
  local file
  file=$(program "$1")
  [[ $file ]] || return 0
  is "$file" "$2"
  asked=$((asked + 1))
}
package redis-check-rdb 'jemalloc executable'    # Redis's server under another name; needs libjemalloc.so.2
package python3 'system executable'           # lends its PLT entry to the name malloc
package busybox 'system executable'           # static and stripped
package mold 'mimalloc executable'            # in the file; from version 3 on needs libmimalloc.so.3
package yrmcdsd 'tcmalloc executable'         # a server; needs libtcmalloc_minimal.so.4
package cjxl 'tcmalloc executable'
package bash 'system executable'
package gcc 'system executable'
for file in /usr/lib/chromium/chromium; do
  [[ ! -e $file ]] || is $file 'user executable'    # PartitionAlloc, in the file
done
((asked >= 4))
if command -v redis-check-rdb >/dev/null; then
  (exec -a redis-server redis-check-rdb --version) | grep -o 'malloc=jemalloc-[0-9.]*' >version
  [[ $(key_of version "$(program redis-check-rdb)") == "$(sed 's/.*-//' version)" ]]
fi
# The running process is asked, too: what the loader bound malloc to.
LD_DEBUG=bindings "$(program mold)" --version 2>&1 | grep -E "to .*(mold|libmimalloc).* normal symbol .malloc'" >/dev/null
# One that links tcmalloc, whether or not a package with it is installed.
g++ main.cc -o with-tcmalloc -Wl,--no-as-needed -ltcmalloc_minimal
is with-tcmalloc 'tcmalloc executable'
LD_DEBUG=bindings ./with-tcmalloc 2>&1 | grep "to .*libtcmalloc_minimal.* normal symbol .malloc'" >/dev/null
# Nothing in the machine's own folder of commands has a fault, and all of it can be read.
[[ $(faults_of /usr/bin) == '' ]] || { faults_of /usr/bin; exit 1; }
# The check can fail: the same folder and one of ours that has a fault.
echo 'int main(void) { return 0; }' >c.c
mkdir -p bad && gcc c.c -o bad/two -Wl,--no-as-needed -ljemalloc -ltcmalloc_minimal
[[ $(faults_of /usr/bin bad) == 'bad/two two-allocators' ]]
