#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# --print-allocator says what would be linked and why, exits with 0 and runs nothing; as JSON it is one object whose
# `command`, when run, makes the same bytes.
fake_compiler fake-g++
touch main.o
for words in '-c x.cc' 'main.o -o main' '-shared main.o' '--emit-static-lib main.o' --version '-fsanitize=address main.o' ''; do
  for word in --print-allocator --print-allocator=json; do
    CXX_ALLOC_CXX=$t/fake-g++ WORDS=$t/ran STATUS=7 exits 0 "$cxx" $words $word
    CXX_ALLOC_CXX=$t/fake-g++ WORDS=$t/ran STATUS=7 exits 0 "$cxx" $word $words
    [[ $said ]]
    [[ ! -e ran ]]
  done
done
for file in main a.out; do [[ ! -e $file ]]; done

echo 'int main() { delete new int; }' >main.cc
c++ -c main.cc
silently "$cxx" main.o -o main
mv main first
"$cxx" main.o -o main --print-allocator=json >answer.json
python3 - <<'PY'
import json, os, subprocess
answer = json.load(open('answer.json'))
assert sorted(answer) == sorted('schema output artifact directory allocator version reason detail target provider inlined certain command again'.split()), answer
assert answer['schema'] == 1 and os.path.isabs(answer['provider']), answer
subprocess.run(answer['command'], check=True)
PY
cmp main first
"$cxx" main.o -ljemalloc --print-allocator=json | python3 -c 'import json, sys; assert json.load(sys.stdin)["provider"] == "-ljemalloc"'
"$cxx" -shared main.o --print-allocator=json | python3 -c 'import json, sys; assert json.load(sys.stdin)["provider"] is None'
[[ $("$cxx" main.o --print-allocator | head -n 1) == "executable: $expected "[0-9]* ]]
[[ $("$cxx" main.o -ltcmalloc --print-allocator) == *'linked-library (-ltcmalloc is '* ]]
# In an @file too; and its answer goes to stdout alone.
echo --print-allocator=json >ask.txt
"$cxx" main.o @ask.txt 2>said.txt | python3 -m json.tool >/dev/null
[[ ! -s said.txt ]]
# A sanitizer that may bring a malloc, of which nobody knows yet: only the link will tell, and then it is said.
CXX_ALLOC_CXX=clang++-22 "$cxx" -fsanitize=realtime main.o --print-allocator=json |
  python3 -c 'import json, sys; assert json.load(sys.stdin)["certain"] is False'
