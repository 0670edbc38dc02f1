#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/audit.md shows real output: its console blocks are run, command by command, and compared.
. "$(dirname "$0")/common.sh"
version=$("$cxx" --allocator-version | sed -n 's/^jemalloc //p')
own=$("$cxx" --allocator-version | sed -n 's/^cxx-alloc //p')
# Where Debian's libraries are, and which they are, is this machine's affair.
neutral() { sed -E "s#\(/[^)]*/#(/lib/x86_64-linux-gnu/#g; s#jemalloc [0-9]+\.[0-9.]+ #jemalloc 5.3.1 #g; s#(and in it is )[0-9.]*[0-9]#\15.3.1#; s#x86_64-linux-gnu\"#TARGET\"#; s#  +#  #g"; }
console_blocks audit.md |
  sed "s/\"5\.3\.1\"/\"$version\"/g; s/cxx-alloc 0\.1\.0/cxx-alloc $own/g" >blocks
neutral <blocks >expected
grep '^{' expected >/dev/null
replay_console_blocks blocks | neutral >output
diff -u expected output
