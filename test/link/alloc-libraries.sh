#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# -lalloc_system and -lalloc_jemalloc: the wish spelled as a library, as in Rust's `extern crate alloc_system`. The word
# stays on the line, so the linker must find something by that name, and the artifact must be what was asked for.
echo 'int main() { delete new int; }' >main.cc
c++ -c main.cc
for words in -lalloc_system '-l alloc_system' -Wl,-lalloc_system '-Xlinker -lalloc_system' '-lm -lalloc_system'; do
  [[ $(decision main.o $words) == 'executable system linked-library' ]]
  silently "$cxx" main.o $words -o main
  has_system main
done
for words in -lalloc_$expected -Wl,-lalloc_$expected "-Xlinker -lalloc_$expected" "-lalloc_$expected -lalloc_$expected"; do
  [[ $(decision main.o $words) == 'executable jemalloc linked-library' ]]
  silently "$cxx" main.o $words -o main
  has_jemalloc main
done
silently "$cxx" main.o -lalloc_$expected -static -o main; has_jemalloc main
silently "$cxx" main.o -lalloc_system -static -o main; has_system main

# The archives that a plain compiler links may be in the way (-L of their folder, as pkg-config says): the wish is granted,
# not taken for a malloc of the user's own.
for allocator in $expected system; do
  folder=$(runtime_dir)/$allocator/$(g++ -print-multiarch)
  [[ -e $folder/liballoc_$allocator.a ]]
  [[ $(decision main.o -L"$folder" -lalloc_$allocator) == "executable ${allocator/%$expected/jemalloc} linked-library" ]]
  silently "$cxx" main.o -L"$folder" -lalloc_$allocator -o main
  has_${allocator/%$expected/jemalloc} main
done

# The flag and the environment are stronger than a wish.
silently "$cxx" main.o -lalloc_system -o main --allocator=$expected; has_jemalloc main
CXX_ALLOC=system silently "$cxx" main.o -lalloc_$expected -o main; has_system main

rm main
exits 1 "$cxx" main.o -lalloc_system -lalloc_$expected -o main
[[ $said == "cxx-alloc: error: cannot link two allocators: -lalloc_system and -lalloc_$expected; "* ]]
[[ ! -e main ]]
# A name that is not one of ours is the linker's to look for.
exits 1 "$cxx" main.o -lalloc_nothing -o main
[[ $said == *'alloc_nothing'* && $said != *'cxx-alloc: error'* ]]
