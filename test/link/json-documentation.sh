#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# docs/json.md has every key that is printed and no other, and every reason that the policy knows.
echo 'int main() {}' >main.cc
CXX_ALLOC_LOG=$t/log silently "$cxx" main.cc -o main
"$cxx" main.cc -o main --print-allocator=json >answer.json
"$cxx" -c main.cc --print-allocator=json >none.json
top=$(cd "$here/../.." && pwd)
python3 - "$top" <<'PY'
import json, os, re, sys
rows = dict(re.findall(r'^\| `(\w+)` \| (.*) \|$', open(sys.argv[1] + '/docs/json.md').read(), re.M))
for name in 'log', 'answer.json', 'none.json':
    answer = json.load(open(name))
    assert set(answer) == set(rows), set(answer) ^ set(rows)
    assert answer['directory'] == os.getcwd(), answer
    for key in 'output', 'reason':
        assert f"`{answer[key]}`" in rows[key], (key, answer)
assert json.load(open('log'))['certain'] is True
assert json.load(open('answer.json'))['certain'] is False
assert json.load(open('none.json'))['artifact'] is None
source = open(sys.argv[1] + '/driver/decision/policy.cc').read()
reasons = set(re.findall(r'case Reason::\w+: return "([\w-]+)"', source))
assert reasons == set(re.findall(r'`([\w-]+)`', rows['reason'])), reasons
PY
