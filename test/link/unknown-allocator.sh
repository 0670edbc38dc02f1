#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# An allocator that there is not: an error with the nearest spelling, exit status 1, nothing run, the output untouched.
fake_compiler fake-g++
export CXX_ALLOC_CXX=$t/fake-g++ WORDS=$t/ran
touch main.o
echo old >main
refused() {
  local nearest=$1
  shift
  exits 1 "$@"
  [[ $said == "cxx-alloc: error: "*"; did you mean '$nearest'?"* && $said != *$'\n'* ]]
  [[ ! -e ran && $(cat main) == old ]]
}
for words in 'main.o -o main' '-c main.cc' '--emit-static-lib main.o -o main' --version; do
  refused jemalloc "$cxx" $words --allocator=jemaloc
  refused system "$cxx" --allocator=sytem $words
  refused none "$cxx" --allocator=non $words
  refused jemalloc "$cxx" --allocator=JEMALLOC $words
done
CXX_ALLOC=jemallok refused jemalloc "$cxx" main.o -o main
[[ $said == *CXX_ALLOC=jemallok* ]]
echo '--allocator=jemallok' >words.txt
refused jemalloc "$cxx" main.o -o main @words.txt
# The right one afterwards does not excuse the wrong one before.
refused jemalloc "$cxx" --allocator=jemaloc main.o --allocator=jemalloc

# A suggestion only where one is near; otherwise what there is, and for well-known allocators how to get them.
answered() {
  local wanted=$1
  shift
  exits 1 "$@"
  [[ $said == "cxx-alloc: error: "*$wanted* && $said != *'did you mean'* && $said != *$'\n'* && ! -e ran ]]
}
known=$("$cxx" --allocator-version | sed -E '/^(cxx-alloc|runtime:) /d; s/ .*//' | tr '\n' ,)
for name in '' 0 off yes scalloc-2 hmalloc12 jeeves; do
  answered "write one of auto, ${known//,/, }none" "$cxx" main.o --allocator="$name"
done
for name in tcmalloc mimalloc snmalloc; do
  [[ ,$known == *",$name,"* ]] || answered "with -l$name" "$cxx" main.o --allocator=$name
done
answered "with -ltcmalloc" env CXX_ALLOC=tcmalloc "$cxx" main.o
for name in glibc libc ptmalloc; do answered "write 'system'" "$cxx" main.o --allocator=$name; done
answered 'see cxx-alloc --allocator-help' "$cxx" main.o --allocator-frobnicate=x
