#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# docs/libraries.md shows real output: its console blocks are run, command by command, and compared.
version=$("$cxx" --allocator-version | sed -n 's/^jemalloc //p')
console_blocks libraries.md | sed "s/\"5\.3\.1\"/\"$version\"/g" >expected
grep '^{' expected >/dev/null

export CPLUS_INCLUDE_PATH=$include
replay_console_blocks expected >output
diff -u expected output
