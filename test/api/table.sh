#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The header has the layout of runtime/contract.h, passes sizes and alignments on, and believes only what it may.
. "$(dirname "$0")/common.sh"
for compiler in g++ clang++-22; do
  for flags in '' '-fsanitize=undefined -fno-sanitize-recover=all' -DSCHEMA=2 -DMALLOC=another_malloc \
    '-DSIZE=offsetof(cxx_alloc_private_table,process_malloc)' '-DSIZE=sizeof(cxx_alloc_private_table)+8'; do
    silently $compiler -std=c++20 "${strict[@]}" -I"$here/../../runtime" $flags "$api"/table.cc -o table
    silently ./table
  done
done
