#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/profile_common.sh"
# docs/profiling.md does not lie: its commands run, in a folder that has docs/demo, and make what the page says.
for tool in cmake dot; do command -v "$tool" >/dev/null || skip "$tool is not installed"; done
page=$here/../../docs/profiling.md
mkdir docs
cp -r "$here/../../docs/demo" docs/demo
export PATH=${cxx%/*}:$PATH
awk '/^```/ { inside = $0 == "```console"; next } inside && sub(/^\$ /, "")' "$page" >commands
(($(wc -l <commands) == 5))
bash -e commands >said 2>errors || { cat said errors >&2; exit 1; }
grep -E '^Total: [0-9.]+ MB' said >/dev/null
grep -E ' (text::words|stats::merge)' said >/dev/null
grep -F '<svg' wordcount.svg >/dev/null
grep -F 'words' wordcount.svg >/dev/null

# Each word of the table is an option of this jemalloc.
check=$(runtime_dir)/jemalloc/$("$cxx" x.o --print-allocator | sed -n 's/^  target: *//p')/conf/check-profile
while read -r word; do
  [[ $("$check" "${word/PATH/somewhere}") == good* ]]
done < <(sed -nE 's/^\| `([a-z_]+:[^`]*)` \|.*/\1/p' "$page")
