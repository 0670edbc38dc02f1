#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Two links of the same words give equal bytes, and so does the command that is printed; no path of ours is in the
# executable; no file is left anywhere, after a link that fails or is interrupted neither.
mkdir tmp
export TMPDIR=$t/tmp
echo 'int main() { delete new int; }' >main.cc
c++ -c main.cc
link=("$cxx" main.o -o main --allocator-conf=narenas:3,dirty_decay_ms:1234 --allocator-profile)
silently "${link[@]}"
mv main first
silently "${link[@]}"
cmp main first
rm main
"${link[@]}" --print-allocator=json >answer.json
[[ ! -e main ]]
python3 -c 'import json, subprocess; subprocess.run(json.load(open("answer.json"))["command"], check=True)'
cmp main first
mkdir other && cp main.o other
(cd other && silently "${link[@]}")
cmp other/main first

not grep -F "$(runtime_dir)" first
[[ $(note_of first) == "$("$cxx" main.o -o plain && note_of plain)" ]]
exits 1 "${link[@]}" -lmissing
[[ ! $(ls tmp) ]]

# A compiler that does not end is interrupted as from a terminal.
printf '#!/bin/sh\n: >started\nexec sleep 60\n' >slow-g++
chmod +x slow-g++
set -m
CXX_ALLOC_CXX=$t/slow-g++ "${link[@]}" &
for ((i = 0; i < 100; i++)); do if [[ -e started ]]; then break; fi; sleep 0.1; done
kill -INT -- -$!
status=0
wait $! || status=$?
((status == 130))
[[ ! $(ls tmp) ]]
