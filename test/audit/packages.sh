#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Debian's own programs, with the answers that running them gives.
program() { readlink -f "$(command -v "$1" || true)"; }
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
package mold 'mimalloc executable'            # in the file
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
LD_DEBUG=bindings "$(program mold)" --version 2>&1 | grep "to .*mold.* normal symbol .malloc'" >/dev/null
# Nothing in the machine's own folder of commands is a surprise.
"$cxx" --allocator-audit=json /usr/bin >json 2>errors || true
[[ ! -s errors ]]
