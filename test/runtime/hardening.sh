#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/hardening.md shows real output: its commands are run, and what they say is compared, numbers left out.
. "$(dirname "$0")/common.sh"
"$cxx" --allocator-version | grep -q '^scudo ' || skip 'built without scudo'
ulimit -c 0
awk '/^```cpp/ { inside = 1; next } /^```/ { inside = 0 } inside' "$here/../../docs/hardening.md" >session.cc
console_blocks hardening.md >blocks
mkdir work && cp session.cc work/
# Addresses differ; so does how many frames of scudo's own stand in a stack, and what the shell says of a signal.
neutral() {
  sed -E 's/0x[0-9a-f]+/ADDRESS/g; s/thread [0-9]+/thread N/; s/^  #[0-9]+ /  # /; s/[0-9]+ bytes to the/N bytes to the/' |
    grep -vE '^  # \./session\((\+ADDRESS|_start)|Aborted|Segmentation fault|^ +[0-9]+ Done '
}
neutral <blocks >expected
grep -q 'Use After Free' expected
replay_console_blocks blocks | neutral >output
diff -u expected output
