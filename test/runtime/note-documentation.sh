#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/note.md shows real output: its console blocks are run, command by command, and compared.
. "$(dirname "$0")/common.sh"
version=$("$cxx" --allocator-version | sed -n 's/^jemalloc //p')
sed "s/\"5\.3\.1\"/\"$version\"/g; s/jemalloc 5\.3\.1 /jemalloc $version /" "$here/../../docs/note.md" |
  awk '/^```/ { inside = $0 == "```console"; next } inside' >expected
grep '^{' expected >/dev/null

mkdir bin work
ln -s "$cxx" bin/cxx-alloc
export PATH=$t/bin:$PATH
cd work
grep '^\$ ' ../expected | while read -r _ command; do
  printf '$ %s\n' "$command"
  bash -o pipefail -c "$command" 2>&1 || true
done >../output
cd ..
diff -u expected output
