#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# The runtime may stand in a folder whose name has a comma or a space; a broken one is an error, not a wrong program.
echo 'int main() { delete new int; }' >main.cc
c++ -c main.cc
target=$("$cxx" main.o --print-allocator | sed -n 's/^  target: *//p')
cp -r "$(runtime_dir)" 'run, time'
export CXX_ALLOC_RUNTIME_DIR="$t/run, time"
silently "$cxx" main.o -o main --allocator-conf=narenas:3
[[ $(option narenas ./main) == 3 ]]

folder=$CXX_ALLOC_RUNTIME_DIR/jemalloc/$target
rm "$folder"/conf/check
exits 1 "$cxx" main.o -o broken --allocator-conf=narenas:3
[[ $said == "cxx-alloc: error: $folder/conf/check: cannot be run, and it judges --allocator-conf; reinstall "* ]]
rm "$folder"/executable-profile.o
exits 1 "$cxx" main.o -o broken --allocator-profile
wanted="cxx-alloc: error: --allocator-profile: no heap profiling for an executable on $target: "
[[ $said == "$wanted"*'; leave the flag out' ]]
silently "$cxx" main.o -o main
exits 1 "$cxx" --target=riscv64-linux-gnu main.o -o broken --allocator-profile
[[ $said == *'no heap profiling for an executable on riscv64-linux-gnu: '* ]]
[[ ! -e broken ]]
