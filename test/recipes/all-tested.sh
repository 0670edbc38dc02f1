#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every section of docs/recipes.md is one of those tested, the arguments, or says that it is not tested.
set -euo pipefail
page=$(dirname "$0")/../../docs/recipes.md
status=0 sections=0
while read -r section; do
  sections=$((sections + 1))
  untested=$(awk -v heading="## $section" '/^## / { inside = $0 == heading } inside && /\*Not tested: /' "$page")
  listed=
  for name; do if [[ $name == "$section" ]]; then listed=1; fi; done
  if [[ ! $untested == '' && $listed || ! $untested && ! $listed ]]; then
    echo "docs/recipes.md: $section: ${listed:+is tested, but says that it is not}${untested:-is not tested, and does not say so}"
    status=1
  fi
done < <(sed -n 's/^## //p' "$page")
((sections > $#))
exit $status
