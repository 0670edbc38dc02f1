#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A program of the log is linked with each allocator, and the table has them best first; nothing of the user's is touched.
mkdir -p 'a b/bin' && cd 'a b'
mkdir bin/folder
touch above bin/beside bin/folder/file
silently "$cc" -c -I"$build/runtime/include" "$here/program.c" -o 'main 1.o'
printf '%s\n' '"main 1.o"' -Wl,-Map=bin/program.map '-Wl,--dependency-file=bin/program.d' >words
CXX_ALLOC_LOG=log silently "$cc" @words -o 'bin/the program'
rm words    # as ninja does
before=$(files .)

# The order is that of the times.
compare() { exits 0 "$cxx" --allocator-compare=json log 'bin/the program' -- "$@"; }
names() { python3 -c 'import json, sys; print(*[a["name"] for a in json.load(sys.stdin)["allocators"]])' <<<"$said"; }
compare ours
[[ $(names) == system\ * ]]
compare system
[[ $(names) == *\ system ]]
# Peak memory is the program's own; and the object has the keys of docs/compare.md.
python3 - "$here/../.." <<PY
import json, os, re, sys
answer = json.loads('''$said''')
page = open(sys.argv[1] + '/docs/compare.md').read()
keys, keys_of_one = (set(re.findall(r'^\| \`(\w+)\` \|', table, re.M)) for table in page.split('| key of an allocator |'))
assert set(answer) == keys, answer
assert answer['program'] == os.getcwd() + '/bin/the program' and answer['turns'] >= 5, answer
for one in answer['allocators']:
    assert set(one) == keys_of_one, one
    assert 0 < one['seconds_noise'] < one['seconds'] and 0 < one['cpu'] < 1, one
    assert (one['version'] is None) == (one['name'] == 'system'), one
    assert (3e6 < one['peak'] < 20e6) == (one['name'] != 'system') and one['peak'] > 5e5, one
slow = answer['allocators'][-1]
assert slow['place'] == len(answer['allocators']) and slow['seconds'] > 2, slow
PY
exits 0 "$cxx" --allocator-compare log "$PWD/bin/../bin/the program" -- ours
[[ $said == *'peak memory'*system*jemalloc*' turns: '* && $said != *$'\r'* ]]

# A file on standard input is read each time; and what lies beside the program is beside it again.
echo read >input
exits 0 "$cxx" --allocator-compare log 'bin/the program' -- ours reads <input
compare ours looks
# A terminal is told which turn it is.
python3 -c 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' \
  "$cxx" --allocator-compare log 'bin/the program' -- ours >terminal </dev/null
grep -q 'cxx-alloc: turn 5: ' terminal

rm input terminal
[[ $(files .) == "$before" ]]
nothing_is_left

# The last of several links counts, with its options, and its log says how; g++ and clang++ alike.
cd "$t"
cp "$here/program.c" . && mkdir sub
for compiler in g++ clang++-22; do
  words=(-MMD -MF x.d)
  if [[ $compiler == clang++-22 ]]; then words=(-static); fi
  CXX_ALLOC_LOG=$t/log CXX_ALLOC_CXX="$compiler -O1" silently "$cxx" --allocator-conf=narenas:1 -x c program.c "${words[@]}" \
    -I"$build/runtime/include" -o program
  (cd sub && exits 0 "$cxx" --allocator-compare ../log ../program -- ours)
done
nothing_is_left
