#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The README works when it is pasted: its commands are run in order, and its console block shows real output. What needs a
# fresh system (./dev, apt-get) is run by ./dev test-release. $1 is cxx-alloc.
set -euo pipefail
commands=$(cd "$(dirname "$1")" && pwd)
top=$(cd "$(dirname "$0")/../.." && pwd)
readme=$top/README.md
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
export PATH=$commands:$PATH
unset "${!CXX_ALLOC@}" CC CXX

# The README speaks of an installed cxx-alloc and of one version of jemalloc.
runtime=$(cxx-alloc --allocator-version | sed -n 's/^runtime: //p')
version=$(cxx-alloc --allocator-version | sed -n 's/^jemalloc //p')
awk '/^```/ { inside = $0 == "```console"; next } inside' "$readme" |
  sed -E "s#/usr/lib/cxx-alloc#$runtime#g; s#jemalloc [0-9]+\.[0-9.]+#jemalloc $version#; s#x86_64#$(uname -m)#g" \
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

# The other commands, in a copy of what they need of the clone, without what a reader of the README has built there.
mkdir -p "$t"/clone/docs && cp -r "$top"/docs/demo "$t"/clone/docs/ && cp "$top"/LICENSE "$t"/clone/
rm -rf "$t"/clone/docs/demo/build
awk '/^```/ { inside = $0 == "```sh"; next } inside' "$readme" | grep -vE '^(\./dev|sudo) ' >"$t"/commands
cd "$t"/clone
bash -exo pipefail "$t"/commands >"$t"/said 2>&1 </dev/null || { cat "$t"/said; exit 1; }
# Each link is in the log, and the program says what the log says.
grep -q '"allocator":"jemalloc".*"output":"executable"' docs/demo/build/links.jsonl
grep '^build/wordcount .* jemalloc .* note of cxx-alloc' "$t"/said >/dev/null

# Its figure is that of the page where it comes from.
figure=$(sed -n 's/^- Faster than glibc by a factor of \([0-9.]*\) .*/\1/p' "$top"/docs/performance.md)
grep -q " $figure times as fast" "$readme" || { echo "docs/performance.md measured $figure, the README says something else"; exit 1; }
