#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# The build's own tree, and the demo's if it was built: no finding.
trees=("$build"/driver "$build"/allocators "$build"/runtime "$build"/test/unit)
if [[ -d $build/demo ]]; then trees+=("$build"/demo); fi
"$cxx" --allocator-audit=json "${trees[@]}" >json 2>errors || { sed 's/{"path"/\n&/g' json | grep '"id"'; cat errors; exit 1; }
[[ ! -s errors ]]
grep -q '/driver/cxx-alloc","kind":"executable","allocator":"system"' json
