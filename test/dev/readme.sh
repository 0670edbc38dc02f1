#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The README shows real output: its console block is run, command by command, and compared. $1 is cxx-alloc.
set -euo pipefail
commands=$(cd "$(dirname "$1")" && pwd)
readme=$(cd "$(dirname "$0")/../.." && pwd)/README.md
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
export PATH=$commands:$PATH
unset "${!CXX_ALLOC@}"

# The README speaks of an installed cxx-alloc and of one version of jemalloc.
runtime=$(cxx-alloc --allocator-version | sed -n 's/^runtime: //p')
version=$(cxx-alloc --allocator-version | sed -n 's/^jemalloc //p')
awk '/^```/ { inside = $0 == "```console"; next } inside' "$readme" |
  sed -E "s#/usr/local/lib/cxx-alloc#$runtime#g; s#jemalloc [0-9]+\.[0-9.]+#jemalloc $version#; s#x86_64#$(uname -m)#g" \
  >"$t"/expected
[[ -s $t/expected ]]

mkdir "$t"/work && cd "$t"/work
echo 'int main() { delete new int; }' >main.cc
grep '^\$ ' "$t"/expected | while read -r _ command; do
  printf '$ %s\n' "$command"
  bash -o pipefail -c "$command" 2>&1
done >"$t"/output
diff -u "$t"/expected "$t"/output
[[ $(ls) == main.cc ]]    # asking has built nothing
