#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An allocator is a folder: no source outside of it names it (docs/allocators.md). usage: allocators.sh SOURCE_DIRECTORY
# What knows the allocators of others by their names is apart: the audit, which recognizes them in any file; the table of libraries that
# are linked explicitly, and the answer to who asks for one of them; the header that asks whoever serves the process; the compiler's
# word -fsanitize=scudo. Comments may say where a rule comes from.
set -euo pipefail
cd "$1"
known='^(driver/audit/.*|driver/inputs/known_libraries.cc|driver/words/allocators.cc|driver/words/command_line.cc|runtime/include/cxx_alloc/allocator.h)$'
names=$(for file in allocators/*/meson.build; do basename "$(dirname "$file")"; done | grep -vx system)
[[ $names == *jemalloc* && $names == *scudo* ]]
failed=0
while read -r file; do
  if [[ $file =~ $known ]]; then continue; fi
  if sed -E 's,//.*,,; s,^ *#[^a-z].*,,; s,([^$]|^)# .*,\1,; /^ *\/\*/,/\*\//d; s,""".*""",,' "$file" | sed '/"""/,/"""/d' | grep -niwE "\w*($(tr '\n' '|' <<<"$names" | sed 's/|$//'))\w*"; then
    echo "$file names an allocator: what it says belongs into allocators/<name>/" >&2
    failed=1
  fi
done < <(find driver runtime docs/*.in meson.build allocators -maxdepth 6 -type f ! -path 'allocators/*/*' ! -name '*.pyc' | sort)
exit $failed
