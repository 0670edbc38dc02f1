#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/note.md shows real output: its console blocks are run, command by command, and compared.
. "$(dirname "$0")/common.sh"
version=$("$cxx" --allocator-version | sed -n 's/^jemalloc //p')
console_blocks note.md | sed "s/\"5\.3\.1\"/\"$version\"/g; s/jemalloc 5\.3\.1 /jemalloc $version /" >expected
grep '^{' expected >/dev/null

replay_console_blocks expected >output
diff -u expected output
