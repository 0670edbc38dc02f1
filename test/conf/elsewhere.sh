#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Build systems put flags everywhere: where no jemalloc of ours goes in, both options are without effect, and a bad
# string harms nobody. The explanation says so.
flags=(--allocator-conf=narenas:3,nonsense:1 --allocator-profile)
echo 'int text() { return 0; }' >text.cc
echo 'int main() { delete new int; }' >main.cc
for step in '-c text.cc -o a.o' '-E text.cc -o a.ii' '-S text.cc -o a.s' '-shared -fPIC text.cc -o a.so' \
  '-r text.o -o a.r'; do
  if [[ $step == -r* ]]; then c++ -c text.cc; fi
  silently "$cxx" $step "${flags[@]}"
  output=${step##* }
  mv "$output" with
  silently "$cxx" $step
  cmp "$output" with
done
silently "$cxx" --emit-static-lib text.cc -o libtext.a "${flags[@]}"

for words in --allocator=system -fsanitize=address -ljemalloc -ltcmalloc_minimal; do
  silently "$cxx" main.cc -o main $words "${flags[@]}"
  not defines_jemalloc main
  said=$("$cxx" main.cc -o main $words "${flags[@]}" --print-allocator)
  [[ $said == *'; --allocator-profile has no effect; --allocator-conf has no effect)'* ]]
done
