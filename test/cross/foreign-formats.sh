#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Darwin's and Windows's targets are classified by their own words, and left alone: not a word is added.
. "$(dirname "$0")/../link/common.sh"
export CXX_ALLOC_CXX=clang++-22
touch "$t/a.o"
cd "$t"

check() {  # TARGET OUTPUT WORDS…
  local target=$1 output=$2 json
  shift 2
  json=$("$cxx" --print-allocator=json --target="$target" "$@" a.o)
  python3 - "$json" "$output" "$target" "$@" <<'END'
import json
import sys
plan, output, target, words = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
assert plan["output"] == output, plan
assert plan["allocator"] == "system", plan
assert plan["command"] == ["clang++-22", "--target=" + target, *words, "a.o"], plan
assert plan["reason"] == ("unavailable-for-target" if output == "executable" else "output-default"), plan
END
}

for darwin in x86_64-apple-darwin arm64-apple-macosx13; do
  check $darwin executable -o a
  check $darwin shared-library -dynamiclib -o liba.dylib
  check $darwin shared-library -bundle -o a.so
  check $darwin shared-library -shared -o liba.dylib
  check $darwin relocatable -r -o b.o
done
check x86_64-w64-mingw32 executable -o a.exe
check x86_64-w64-mingw32 shared-library -shared -o a.dll
check x86_64-pc-windows-msvc shared-library -shared -o a.dll
check wasm32-unknown-unknown executable -o a.wasm

# On Linux the same words make an executable.
[[ $("$cxx" --print-allocator -dynamiclib a.o | head -n 1) == "executable: jemalloc"* ]]
