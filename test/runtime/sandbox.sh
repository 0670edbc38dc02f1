#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/runtime.md, "Sandboxes": with the calls that it lists a filter that kills is content, and where a filter answers EPERM a
# program needs no more than glibc's malloc does.
. "$(dirname "$0")/common.sh"
listed() { sed -n "s/^| $1 | \(.*\) |$/\1/p" "$here/../../docs/runtime.md" | tr -d '\`,'; }
read -ra always <<<"$(listed 'while it runs')"
read -ra at_start <<<"$(listed 'at its start, besides')"
((${#always[@]} >= 4 && ${#at_start[@]} >= 2))

compile -pthread "$here/sandbox.c" -o sandbox.o
"$cc" sandbox.o -o sandbox -pthread
# The filter is there when the allocator has started; then before the program itself, as in a container.
silently ./sandbox kill "${always[@]}" -- work
silently ./sandbox kill "${always[@]}" "${at_start[@]}" -- ./sandbox work
silently ./sandbox eperm mremap -- work
silently ./sandbox eperm mremap -- ./sandbox work

# The test can fail: without madvise it dies.
exits 159 ./sandbox kill "${always[@]/madvise/brk}" -- work
