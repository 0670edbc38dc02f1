#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each file of the repository that a page names is there; each link leads to a file, and to a heading where it names one;
# docs/README.md leads to every page.
set -euo pipefail
cd "$(dirname "$0")/../.."
pages=(README.md CHANGELOG.md docs/*.md)
status=0
wrong() { echo "$*"; status=1; }

names=$(grep -ohE '`(test|driver|runtime|allocators|docs)/[A-Za-z0-9_./+-]*\.[a-z]+`' "${pages[@]}" | tr -d '`' | sort -u)
[[ $names == *test/build-systems/* ]]
while read -r name; do
  [[ -e $name ]] || wrong "$name is named in $(grep -lF "\`$name\`" "${pages[@]}" | xargs), but is not there"
done <<<"$names"

# As GitHub and others make an anchor of a heading: lower case, words joined by -, no other signs.
anchors() { sed -n 's/^##* //p' "$1" | tr '[:upper:]' '[:lower:]' | sed -E 's/[^a-z0-9 _-]//g; s/ /-/g'; }
links=0
for page in "${pages[@]}"; do
  while read -r link; do
    links=$((links + 1))
    file=${link%%#*} anchor=
    if [[ $link == *'#'* ]]; then anchor=${link#*#}; fi
    target=$page
    if [[ $file ]]; then target=$(dirname "$page")/$file; fi
    if [[ ! -e $target ]]; then
      wrong "$page: the link $link leads nowhere"
    elif [[ $anchor ]] && ! anchors "$target" | grep -qxF -e "$anchor"; then
      wrong "$page: $target has no heading #$anchor"
    fi
  done < <(sed '/^```/,/^```$/d' "$page" | grep -oE '\]\([^) ]+\)' | sed 's/^](//; s/)$//' | grep -vE '^(https?|mailto):')
done
((links > 50))

for page in docs/*.md; do
  [[ $page == docs/README.md ]] || grep -qF "](${page#docs/})" docs/README.md || wrong "docs/README.md does not lead to $page"
done
exit $status
