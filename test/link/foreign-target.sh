#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A target that has no runtime here gets the system's malloc, silently, and the reason says so.
fake_compiler aarch64-linux-gnu-g++
fake_compiler fake-clang++
fake_compiler fake-g++
export WORDS=$t/words
touch main.o
foreign() {
  local compiler=$1
  shift
  export CXX_ALLOC_CXX=$t/$compiler
  [[ $(decision "$@" main.o) == 'executable system unavailable-for-target' ]]
  silently "$cxx" "$@" main.o -o main
  printf '%s\0' "$t/$compiler" "$@" main.o -o main | cmp - words  # nothing added
}
foreign aarch64-linux-gnu-g++
foreign fake-clang++ --target=aarch64-linux-gnu
foreign fake-clang++ -target riscv64-unknown-linux-gnu
foreign fake-clang++ --target=x86_64-linux-musl
foreign fake-clang++ --target=wasm32-wasi
foreign fake-clang++ --target=x86_64-apple-macos
foreign fake-g++ -m32
foreign fake-clang++ -mx32
CXX_ALLOC_CXX=clang++-22
[[ $(decision --target=aarch64-linux-gnu main.o) == 'executable system unavailable-for-target' ]]
[[ $("$cxx" --print-allocator=json --target=aarch64-linux-gnu main.o) == *'"target":"aarch64-linux-gnu"'* ]]
for target in x86_64-linux-gnu x86_64-pc-linux-gnu x86_64-unknown-linux-gnu; do
  [[ $(decision --target=$target main.o) == 'executable jemalloc output-default' ]]
done
# By name it is an error, before anything runs.
rm words
CXX_ALLOC_CXX=$t/aarch64-linux-gnu-g++ exits 1 "$cxx" main.o --allocator=jemalloc
[[ $said == 'cxx-alloc: error: --allocator=jemalloc: '*aarch64-linux-gnu* && ! -e words ]]
# So it is for a library that wants its own: those are built for our target only.
CXX_ALLOC_CXX=$t/aarch64-linux-gnu-g++ exits 1 "$cxx" -shared main.o --allocator=jemalloc
[[ $said == 'cxx-alloc: error: --allocator=jemalloc: there is no jemalloc runtime for a shared library on aarch64-linux-gnu; '* && ! -e words ]]
# A whole build that asks by environment still builds for every target.
CXX_ALLOC=jemalloc CXX_ALLOC_CXX=$t/aarch64-linux-gnu-g++ silently "$cxx" main.o
