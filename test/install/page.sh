#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each console block of the page $1 is run, command by command, with cxx-alloc from an installed prefix, and the output is
# compared with the page.
. "$(dirname "$0")/common.sh"
page=$here/../../docs/$1
awk '/^```/ { inside = $0 == "```console"; next } inside' "$page" >expected
grep -q '^\$ ' expected
export PATH=$prefix/bin:$PATH CPLUS_INCLUDE_PATH=$prefix/include
mkdir work
cd work
grep '^\$ ' ../expected | while IFS= read -r command; do
  printf "%s\n" "$command"
  bash -o pipefail -c "${command#"$ "}" 2>&1 || true
done >../output
diff -u ../expected ../output
