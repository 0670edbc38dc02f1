#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each file of the repository that a page names is there.
set -euo pipefail
cd "$(dirname "$0")/../.."
names=$(grep -ohE '`(test|driver|runtime|allocators|docs)/[A-Za-z0-9_./+-]*\.[a-z]+`' README.md CHANGELOG.md docs/*.md | tr -d '`' | sort -u)
[[ $names == *test/build-systems/* ]]
status=0
while read -r name; do
  [[ -e $name ]] || { echo "$name is named in $(grep -lF "\`$name\`" README.md CHANGELOG.md docs/*.md | xargs), but is not there"; status=1; }
done <<<"$names"
exit $status
