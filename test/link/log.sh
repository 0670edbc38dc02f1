#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# CXX_ALLOC_LOG: one JSON object per link and line, whole lines from parallel links, and never in the way of a link.
fake_compiler fake-g++
echo 'int main() {}' >main.cc
touch main.o
export CXX_ALLOC_LOG=$t/log
silently "$cxx" -c main.cc -o compiled.o
silently "$cxx" -E main.cc -o main.ii
"$cxx" --version >/dev/null
"$cxx" main.cc --print-allocator >/dev/null
[[ ! -e log ]]                                                    # no link, no line
silently "$cxx" compiled.o -o main
silently "$cxx" compiled.o -o main --allocator=system
silently "$cxx" compiled.o -o $'not\xffutf8'
python3 - "$expected" <<'PY'
import json, sys
ours = sys.argv[1]
lines = [json.loads(line) for line in open('log', encoding='utf-8')]
assert [line['allocator'] for line in lines] == [ours, 'system', ours], lines
assert all(line['output'] == 'executable' and line['schema'] == 1 for line in lines)
PY

export CXX_ALLOC_CXX=$t/fake-g++
rm log
long=$(printf -- '-Dlong_%.0s' {1..3000})
for ((i = 0; i < 40; i++)); do "$cxx" main.o $long -o "main$i" & done
wait
python3 - <<'PY'
import json
lines = [json.loads(line) for line in open('log')]
assert sorted(line['command'][-1] for line in lines) == sorted(f'main{i}' for i in range(40))
PY

export CXX_ALLOC_CXX=c++
for log in "$t/none/log" "$t" /dev/full ''; do
  CXX_ALLOC_LOG=$log exits 0 "$cxx" main.cc -o main
  if [[ $log ]]; then [[ $said == "cxx-alloc: warning: CXX_ALLOC_LOG=$log: cannot be written: "* && $said != *$'\n'* ]]; fi
  if [[ ! $log ]]; then [[ ! $said ]]; fi
  has_jemalloc main
done
