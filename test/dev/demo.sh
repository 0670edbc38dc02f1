#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The demo, as a user builds it: with CMake, with a compiler named by path. What the audit says of each artifact is what
# answers in the process; the program that asked for the system's malloc has it. $1 is cxx-alloc.
set -euo pipefail
commands=$(cd "$(dirname "$1")" && pwd)
demo=$(cd "$(dirname "$0")/../../docs/demo" && pwd)
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

cmake -S "$demo" -B "$t" -G Ninja -DCMAKE_C_COMPILER="$commands"/cc-alloc -DCMAKE_CXX_COMPILER="$commands"/cxx-alloc
cmake --build "$t"
"$t"/wordcount --plug-in "$t"/libreverse.so "$0" | grep 'most frequent'
cd "$t"
"$commands"/cxx-alloc --allocator-audit wordcount wordcount-system checksum lib*.so | tee audit
grep -qE '^wordcount +executable +jemalloc [0-9.]+ +note of cxx-alloc' audit
grep -qE '^wordcount-system +executable +system +note of cxx-alloc' audit
grep -qE '^checksum +executable +jemalloc ' audit
grep -qE '^libtext.so +shared library +process ' audit
grep -qE '^libreverse.so +shared library +process ' audit
grep -q ': no fault$' audit

# Each part answers for its own calls: the dynamic linker says which file serves malloc.
./wordcount --plug-in ./libreverse.so --malloc-owner >owners
[[ $(cut -f2 owners | xargs -n1 basename | sort -u) == wordcount && $(wc -l <owners) == 4 ]]
[[ $(./wordcount-system --malloc-owner | cut -f2 | xargs -n1 basename | sort -u) == libc.so.6 ]]
[[ $(./checksum --malloc-owner | cut -f2 | xargs -n1 basename) == checksum ]]
MALLOC_CONF=stats_print:true ./checksum "$0" 2>&1 | grep 'Begin jemalloc statistics'
readelf -d checksum | grep NEEDED >needed
if grep -F '++' needed; then exit 1; fi    # a C program gains no C++ library

"$commands"/cxx-alloc --allocator-audit=html . >page.html
grep -q '"path":"./wordcount"' page.html
