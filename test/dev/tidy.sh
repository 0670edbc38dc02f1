#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy finds nothing in the driver (.clang-tidy). usage: tidy.sh SOURCE_DIRECTORY BUILD_DIRECTORY
set -euo pipefail
cd "$1"
command -v clang-tidy-22 >/dev/null || { echo "skipped: clang-tidy-22 is not installed"; exit 77; }
mapfile -t sources < <(find driver -name '*.cc' | sort)
((${#sources[@]} > 50))
# Two at a time, for other tests run beside it.
printf '%s\0' "${sources[@]}" | xargs -0 -P 2 -n 8 clang-tidy-22 -p "$2" --quiet 2>/dev/null
