#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# What the compiler is given, byte for byte: without a link exactly the words we were given; at a link the same words in
# the same order, and ours around them: in front, and our objects behind where a source is compiled, which may define some.
fake_compiler fake-g++
fake_compiler fake-clang++
export WORDS=$t/words
printf '%s\n' '-c "a b.cc" -DX=\"y\"' >compile.txt
printf '%s\n' 'main.o -o "a b"' >link.txt
touch main.o main.cc 'a,b.o' ./--allocator=system

given() { printf '%s\0' "$@"; }
for compiler in "$t/fake-g++" "$t/fake-clang++"; do
  export CXX_ALLOC_CXX=$compiler
  untouched() {
    rm -f words
    silently "$cxx" "$@"
    given "$compiler" "$@" | cmp - words
  }
  untouched -c main.cc
  untouched -c '' "it's" 'a "b"' 'back\slash' $'new\nline' $'\xff\xfe' '*' '$HOME' ' ' '-DX="a b"'
  untouched -S main.cc -o -
  untouched -E -P - -x c++
  untouched -M main.cc
  untouched -fsyntax-only main.cc -Wl,-z,now -L/x -lx
  untouched @compile.txt
  untouched -c main.cc @no-such-file
  untouched header.hpp
  untouched -x c++-header header
  untouched -v
  untouched --version
  untouched -print-search-dirs
  untouched -Wl,--version
  untouched -emit-llvm -c main.cc
  untouched -cc1 -triple x86_64 main.cc
  untouched main.cc -o                                            # else our object would be overwritten
  untouched main.cc -Xlinker
  untouched -r main.o -o all.o
  untouched -nostdlib main.o
  untouched missing.cc -o main                                    # the link cannot be; the compiler says why
  untouched main.o missing.o
  untouched
  CXX_ALLOC=system untouched -c main.cc

  linked() {
    local all before=0 behind=0 word
    rm -f words
    silently "$cxx" "$@"
    # The first word is the compiler, then come ours, all of theirs, and ours again.
    mapfile -d '' all <words
    is_ours() { [[ $1 == -Wl,/*/executable.o || $1 == -Wl,/*/operators.o || $1 == -Wl,--export-dynamic-symbol=* ]]; }
    while is_ours "${all[before + 1]}"; do before=$((before + 1)); done
    while is_ours "${all[${#all[@]} - behind - 1]}"; do behind=$((behind + 1)); done
    given "${all[0]}" "${all[@]:before + 1:${#all[@]} - before - behind - 1}" | cmp - <(given "$compiler" "$@")
    printf '%s\n' "${all[@]}" | grep -q '^-Wl,/.*/executable\.o$'
    if [[ ${stands-} ]]; then [[ $(if ((behind)); then echo behind; else echo before; fi) == "$stands" ]]; fi
  }
  linked main.o
  stands=behind linked main.cc -o main
  stands=before linked main.cc -o main -Wl,-rpath                 # the linker would take ours for the value
  stands=before linked @link.txt                                                # expanded to decide, forwarded as it is
  linked @link.txt '-DX="a b"' -DY=$'\xff' -L ''
  linked -x c++ - -o x
  linked -Wl,-rpath,/a -Wl,--as-needed 'a,b.o' -Xlinker --no-as-needed
  linked -MD main.cc
  linked -save-temps main.cc
  linked main.o -- --allocator=system
done
# Ours alone are taken out, also out of an @file, whose other words are then handed on one by one.
printf '%s\n' '--allocator=system -c "a b.cc"' >ours.txt
silently "$cxx" @ours.txt -O2
given "$compiler" -c 'a b.cc' -O2 | cmp - words
# CXX_ALLOC_CXX may be several words.
CXX_ALLOC_CXX="$t/fake-g++ -one 'two words'" "$cxx" -c x.cc
given "$t/fake-g++" -one 'two words' -c x.cc | cmp - words
