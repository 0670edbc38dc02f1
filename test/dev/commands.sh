#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `dev` knows what it says it knows; and a build tree that was made for the demo is told from one with tests, so that
# `./dev test` after `./dev demo` configures them.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top"/dev
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

for command in $(usage | sed -n 's/^  \([a-z-]*\) .*/\1/p'); do
  grep -qE "^    $command(\)| \|)" "$top"/dev || { echo "usage names $command, which is no command"; exit 1; }
done
status=0
"$top"/dev nonsense >"$t"/said 2>&1 || status=$?
((status == 2))
grep -q "unknown command 'nonsense'" "$t"/said

mkdir "$t"/project
echo "project('p')" >"$t"/project/meson.build
printf "option('%s', type: 'feature', value: 'disabled')\n" other tests >"$t"/project/meson.options
for value in disabled enabled auto; do
  meson setup "$t/$value" "$t"/project -Dtests=$value >"$t"/said 2>&1 || { cat "$t"/said; exit 1; }
  answer=no
  if tests_are_disabled "$t/$value"; then answer=yes; fi
  [[ $answer == $([[ $value == disabled ]] && echo yes || echo no) ]] || { echo "-Dtests=$value: disabled is answered with $answer"; exit 1; }
done
