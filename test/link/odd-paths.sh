#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# File names are bytes. Ours must be found wherever it stands: -Wl, would split its path at a comma.
echo 'int main() { delete new int; }' >main.cc
for name in 'with space' 'a,comma' $'new\nline' $'not\xffutf8' "quote'\"s" 'back\slash' '$HOME' '*' $'tab\t'; do
  mkdir "$t/$name"
  cp main.cc "$t/$name/main.cc"
  silently "$cxx" "$t/$name/main.cc" -o "$t/$name/main"
  has_jemalloc "$t/$name/main"
  cd "$t/$name"
  silently "$cxx" main.cc
  has_jemalloc a.out
  cd "$t"
  python3 -c 'import json, sys; json.load(sys.stdin)' <<<"$("$cxx" "$t/$name/main.cc" --print-allocator=json)"
done

for name in 'run,time' 'run time' $'run\xfftime' 'run\time' "run't\"ime" '@runtime' '-runtime' 'r=u:n%t$i#m'; do
  ln -s "$(runtime_dir)" "$t/$name"
  CXX_ALLOC_RUNTIME_DIR=$t/$name silently "$cxx" main.cc -o main
  has_jemalloc main
  [[ $(CXX_ALLOC_RUNTIME_DIR=$t/$name "$cxx" main.cc --print-allocator) == *"${name:0:3}"* ]]
  # A relative one counts from here, wherever the linker looks.
  for words in '' -flto; do
    CXX_ALLOC_RUNTIME_DIR=$name silently "$cxx" $words main.cc -o main
    has_jemalloc main
  done
  rm "$t/$name"
done
