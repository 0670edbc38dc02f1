#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Names of files that are no UTF-8 can be told apart in JSON, and had back from it as docs/audit.md says.
g++ main.cc -o plain
mkdir tree
for name in $'caf\xe9' $'caf\xe8' $'\xff\xfe' $'\xed\xa0\x80' $'caf\xef\xbf\xbde9' $'caf\xef\xbf\xbd' $'f\xc3\xbcr' plain $'cut\xe2\x82'; do
  cp plain "tree/$name"
done
head -c 100 plain >tree/$'odd\xe9'
head -c 100 plain >tree/$'odd\xe8'
exits 2 "$cxx" --allocator-audit=json tree
"$cxx" --allocator-audit=json tree >json 2>/dev/null || true
python3 - <<'END'
import json, os, re
with open('json', 'rb') as file:
    report = json.loads(file.read().decode('utf-8'))    # strictly
told = [each['path'] for each in report['files'] + report['unreadable']]
assert len(set(told)) == len(told) == 11, told
assert 'tree/f\u00fcr' in told and 'tree/caf\ufffde9' in told
def name_of(path):
    parts = re.split('\ufffd(..)', path)
    return b''.join(bytes.fromhex(part) if at % 2 else part.encode() for at, part in enumerate(parts))
assert sorted(map(name_of, told)) == sorted(b'tree/' + name for name in os.listdir(b'tree')), told
END
