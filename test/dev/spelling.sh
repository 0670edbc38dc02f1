#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Known misspellings, in the pages, in what the command says, and in the comments of the sources.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v codespell >/dev/null || { echo 'skipped: codespell is not installed'; exit 77; }
# It finds one, or it finds nothing.
if echo 'recieve' | codespell - >/dev/null; then echo 'codespell knows no misspelling'; exit 1; fi
codespell --skip '*.svg,checklist.txt' --ignore-words-list "$(grep -v '^#' test/dev/spelling.txt | paste -sd,)" \
  README.md CHANGELOG.md dev meson.build docs driver runtime allocators test
