#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# --allocator-help names every option and variable of ours, --allocator-version every allocator; neither runs anything.
fake_compiler fake-g++
export CXX_ALLOC_CXX=$t/fake-g++ WORDS=$t/ran
for command in "$cxx" "$cc"; do
  for words in --allocator-help '-c x.cc --allocator-help'; do
    exits 0 "$command" $words
    for word in --allocator= jemalloc system none auto --print-allocator=json --allocator-launch --allocator-version \
                CXX_ALLOC_CXX CXX_ALLOC_CC CXX_ALLOC_RUNTIME_DIR CXX_ALLOC_LOG; do
      [[ $said == *"$word"* ]]
    done
  done
  exits 0 "$command" --allocator-version
  [[ $said == 'cxx-alloc '[0-9]*$'\njemalloc '5.[0-9]*$'\nsystem\nruntime: '* ]]
done
[[ ! -e ran ]]
# They work where nothing else would.
CXX_ALLOC_CXX=/none exits 0 "$cxx" --allocator-help
CXX_ALLOC_RUNTIME_DIR=/none exits 0 "$cxx" --allocator-version
# A word that only looks like one of ours is an error with the right spelling in it, not the compiler's to guess at.
for word in --allocator-hlep --allocatorx --print-allocators --print-allocator=yaml; do
  exits 1 "$cxx" main.cc $word
  [[ $said == "cxx-alloc: error: $word: unknown option; did you mean '--"* ]]
done
