#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One object that is not marked for Intel CET or AArch64 BTI unmarks the whole program: ours are marked, so a hardened
# build stays what it was.
. "$(dirname "$0")/common.sh"
properties() { readelf -nW "$1" | sed -n 's/.*Properties: //p'; }
case $(uname -m) in
  x86_64) wanted='x86 feature: IBT, SHSTK'; flag=-fcf-protection=full ;;
  aarch64) wanted='AArch64 feature: BTI, PAC'; flag=-mbranch-protection=standard ;;
  *) echo "nothing of the kind on $(uname -m)"; exit 0 ;;
esac
folder=$(runtime_dir)/jemalloc
for object in "$folder"/*/executable.o "$folder"/*/operators.o; do
  [[ $(properties "$object") == *"$wanted"* ]]
done

# Debian's start files are not marked; a merge of objects shows the same as a link.
echo 'int main() { delete new int; }' >main.cc
"$cxx" $flag -c main.cc
ld -r main.o "$folder"/"$(uname -m)"-linux-gnu/{executable,operators}.o -o merged.o
[[ $(properties merged.o) == *"$wanted"* ]]
"$cxx" -fcf-protection=none -c main.cc 2>/dev/null || "$cxx" -mbranch-protection=none -c main.cc
ld -r main.o "$folder"/"$(uname -m)"-linux-gnu/{executable,operators}.o -o merged.o
not grep feature <(properties merged.o)
