#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `dev test` ends with the totals alone on the last line, counted from Meson's own log; what a test prints cannot change
# the count, and in CI a skip is a failure.
set -euo pipefail
. "$(dirname "$0")/../../dev"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

cat >"$t"/testlog.json <<'END'
{"name": "cxx-alloc:unit / plan", "stdout": "", "result": "OK", "starttime": 1.5, "duration": 0.25, "returncode": 0, "env": {"A": "b"}}
{"name": "cxx-alloc:link / says \"result\": \"OK\"", "stdout": "{\"result\": \"OK\"}\n", "result": "FAIL", "starttime": 1.5, "duration": 1.5, "returncode": 1, "env": {}}
{"name": "cxx-alloc:link / slow", "stdout": "", "result": "TIMEOUT", "starttime": 1.5, "duration": 30.0, "returncode": -9, "env": {}}
{"name": "cxx-alloc:link / expected", "stdout": "", "result": "EXPECTEDFAIL", "starttime": 1.5, "duration": 0.5, "returncode": 1, "env": {}}
{"name": "cxx-alloc / needs-gold", "stdout": "gold is not installed\n", "result": "SKIP", "starttime": 1.5, "duration": 0.125, "returncode": 77, "env": {}}
END

CI='' print_results "$t"/testlog.json >"$t"/out && { echo 'a failed test was not reported'; exit 1; }
[[ $(tail -n 1 "$t"/out) == '2 passed, 2 failed, 1 skipped' ]]
grep -qE '^link +32\.0 s  1 passed, 2 failed$' "$t"/out
grep -qE '^unit +0\.2 s  1 passed, 0 failed$' "$t"/out
head -n 1 "$t"/timings.txt | grep -qE '^ +30\.00 TIMEOUT +cxx-alloc:link / slow$'

CI=true print_results "$t"/testlog.json >"$t"/out && { echo 'a failed test was not reported in CI'; exit 1; }
[[ $(tail -n 1 "$t"/out) == '2 passed, 3 failed' ]]
grep -q 'skipped.*: needs-gold$' "$t"/out

# Only passed tests: success. No test at all: not a success.
grep plan "$t"/testlog.json >"$t"/passed.json
[[ $(CI=true print_results "$t"/passed.json | tail -n 1) == '1 passed, 0 failed' ]]
: >"$t"/none.json
CI='' print_results "$t"/none.json >"$t"/out && { echo 'no test at all was taken for a success'; exit 1; }
[[ $(tail -n 1 "$t"/out) == '0 passed, 0 failed' ]]

# Meson 1.12 names tests in another way.
sed -E 's/"cxx-alloc:([a-z]+) \/ /"\1 - cxx-alloc:/' "$t"/testlog.json >"$t"/newer.json
CI='' print_results "$t"/newer.json >"$t"/newer && { echo 'a failed test was not reported'; exit 1; }
grep -qE '^link +32\.0 s  1 passed, 2 failed$' "$t"/newer
grep -qE '^unit +0\.2 s  1 passed, 0 failed$' "$t"/newer
