#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/audit.md shows real output: its console blocks are run, command by command, and compared.
. "$(dirname "$0")/common.sh"
version=$("$cxx" --allocator-version | sed -n 's/^jemalloc //p')
own=$("$cxx" --allocator-version | sed -n 's/^cxx-alloc //p')
# Where Debian's libraries are, and which they are, is this machine's affair.
neutral() { sed -E "s#\(/[^)]*/#(/lib/x86_64-linux-gnu/#g; s#jemalloc [0-9]+\.[0-9.]+ #jemalloc 5.3.1 #g; s#(and in it is )[0-9.]*[0-9]#\15.3.1#; s#x86_64-linux-gnu\"#TARGET\"#; s#  +#  #g"; }
awk '/^```/ { inside = $0 == "```console"; next } inside' "$here/../../docs/audit.md" |
  sed "s/\"5\.3\.1\"/\"$version\"/g; s/cxx-alloc 0\.1\.0/cxx-alloc $own/g" >blocks
neutral <blocks >expected
grep '^{' expected >/dev/null
mkdir bin work
ln -s "$cxx" bin/cxx-alloc
ln -s "$cc" bin/cc-alloc
export PATH=$t/bin:$PATH
cd work
grep '^\$ ' ../blocks | while read -r _ command; do
  printf '$ %s\n' "$command"
  bash -o pipefail -c "$command" 2>&1 || true
done | neutral >../output
cd ..
diff -u expected output
