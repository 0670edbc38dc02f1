#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# All C and C++ is as clang-format has it (.clang-format; `./dev fmt` makes it so). usage: format.sh SOURCE_DIRECTORY
set -euo pipefail
cd "$1"
. ./dev
command -v clang-format-22 >/dev/null || { echo "skipped: clang-format-22 is not installed"; exit 77; }
mapfile -t sources < <(c_sources)
((${#sources[@]} > 150))
clang-format-22 --dry-run -Werror "${sources[@]}"
