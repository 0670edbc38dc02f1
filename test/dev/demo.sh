#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The demo, as a user builds it: with CMake, with a compiler named by path. What was decided at each link and what then
# answers in the process agree (table.py fails otherwise), and the program without the option is jemalloc's.
# $1 is cxx-alloc.
set -euo pipefail
commands=$(cd "$(dirname "$1")" && pwd)
demo=$(cd "$(dirname "$0")/../../docs/demo" && pwd)
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

cmake -S "$demo" -B "$t" -G Ninja -DCMAKE_C_COMPILER="$commands"/cc-alloc -DCMAKE_CXX_COMPILER="$commands"/cxx-alloc
CXX_ALLOC_LOG=$t/links.jsonl cmake --build "$t"
"$t"/wordcount --plug-in "$t"/libreverse.so "$0" | grep 'most frequent'
python3 "$demo"/table.py "$t" | tee "$t"/table
grep -qE '^wordcount-system +executable +system +flag +libc' "$t"/table
grep -qE '^libtext.so +shared library +system +output-default' "$t"/table
grep -qE '^wordcount +executable +jemalloc +output-default +jemalloc [0-9]' "$t"/table
