#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A runtime object that is missing, truncated, of another machine or no object: our error, before anything runs. Links
# that do not use it do not notice.
fake_compiler fake-g++
export CXX_ALLOC_CXX=$t/fake-g++ WORDS=$t/ran
target=$(ls "$(runtime_dir)/$expected" | grep -v '\.p$')
echo 'int main() { delete new int; }' >main.cc
g++ -c main.cc
echo old >main
export CXX_ALLOC_RUNTIME_DIR=$t/runtime
fresh() {
  rm -rf runtime
  mkdir -p runtime/$expected runtime/system
  for allocator in $expected system; do
    cp -R "$(unset CXX_ALLOC_RUNTIME_DIR; runtime_dir)/$allocator/$target" "runtime/$allocator/"
  done
}
refused() {
  exits 1 "$cxx" main.o -o main
  [[ $said == "cxx-alloc: error: $1: "* && $said != *$'\n'* ]]
  [[ ! -e ran && $(cat main) == old ]]
}
for name in executable operators; do
  object=$t/runtime/$expected/$target/$name.o
  fresh
  rm "$object"
  refused "$object"
  rm -f ran
  silently "$cxx" -c main.cc
  silently "$cxx" -shared main.o
  silently "$cxx" main.o --allocator=none
  rm -f ran
  for size in 0 1 63 64 1000 $(($(stat -c %s "$(unset CXX_ALLOC_RUNTIME_DIR; runtime_dir)/$expected/$target/$name.o") - 1)); do
    fresh
    truncate -s "$size" "$object"
    refused "$object"
    [[ $said == *"($size bytes)"* ]]
  done
  fresh
  printf '\xb7\x00' | dd of="$object" bs=1 seek=18 conv=notrunc status=none     # e_machine: aarch64
  refused "$object"
  [[ $said == *'built for aarch64'*'targets x86_64'* ]]
  fresh
  echo 'no object' >"$object"
  refused "$object"
  fresh
  rm "$object"
  mkdir "$object"
  refused "$object"
done
rm -rf runtime
refused "$t/runtime/$expected/$target/executable.o"
fresh
silently "$cxx" main.o -o main                                    # and whole it works
[[ -e ran ]]
