#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Checklist 1-10: commands that stop before the link, and those that look as if they did.

01-compile-is-untouched() {
  passes -c main.cc -o a.o
  passes -Wall -Werror -c main.cc f.cc
}
02-earliest-phase-wins() {
  passes -S main.cc
  passes -E main.cc
  passes -fsyntax-only main.cc
  passes -c -E main.cc
  passes -E -S -c main.cc -o phase
  passes -fsyntax-only -c main.cc
}
03-make-rules-imply-preprocessing() {
  passes -M main.cc
  passes -MM main.cc
  passes --dependencies main.cc
  passes --user-dependencies main.cc
}
04-md-and-mmd-still-link() {
  for word in -MD -MMD; do
    injects $word main.cc -o a
    links_jemalloc $word main.cc -MF rules.d
    [[ -s rules.d ]]
    [[ $(cat rules.d) != *executable.o* ]]
  done
}
05-long-names-of-phases() {
  passes --compile main.cc
  passes --assemble main.cc
  passes --preprocess main.cc
}
06-precompiled-header() {
  gets_untouched header.hpp
  gets_untouched -x c++-header header.hpp -o h.pch
  gets_untouched -xc++-header header.hpp
  # A .gch holds addresses that differ from run to run, so the file is only there.
  silently "$cxx" -x c++-header header.hpp -o h.pch
  [[ -s h.pch ]]
  silently "$cxx" -xc++-header header.hpp
  [[ -s header.hpp.gch || -s header.hpp.pch ]]
  if ! is_clang_before 15; then silently "$cxx" header.hpp; fi
}
07-modules() {
  if is_gnu; then
    printf '%s\n' 'export module m;' 'export int answer() { return 42; }' >m.cc
    printf '%s\n' 'import m;' 'int main() { delete new int; return answer() - 42; }' >use.cc
    passes -std=c++20 -fmodules-ts -fmodule-only -x c++ m.cc
    passes -std=c++20 -fmodule-header header.hpp
    passes -std=c++20 -fmodules-ts -c m.cc -o m.o
    "$compiler" -std=c++20 -fmodules-ts -c m.cc use.cc
    links_jemalloc m.o use.o
  else
    echo 'export module m; export int answer() { return 42; }' >m.cppm
    echo 'import m; int main() { delete new int; return answer() - 42; }' >use.cc
    passes -std=c++20 --precompile m.cppm -o m.pcm
    "$compiler" -std=c++20 --precompile m.cppm -o m.pcm
    injects m.pcm -o x
    links_jemalloc -std=c++20 -fmodule-file=m=m.pcm -fprebuilt-module-path=. m.pcm use.cc
  fi
}
08-other-outputs() {
  if is_gnu; then
    passes -emit-llvm -c main.cc
    passes -fdump-tree-original -c main.cc
    passes -cc1 main.cc
    return
  fi
  passes -emit-llvm -c main.cc
  passes -emit-llvm -S main.cc
  passes -emit-llvm main.cc                                       # it asks for -c
  passes -emit-ast main.cc
  passes --analyze main.cc
  passes -rewrite-objc main.cc
  passes -cc1 -triple x86_64-linux-gnu -fsyntax-only main.cc
  passes -cc1as -triple x86_64-linux-gnu -filetype null /dev/null
  passes -Xclang -ast-dump -fsyntax-only f.cc
}
09-dry-run() {
  local words
  "$cxx" -### main.cc -o a 2>words.txt >out.txt
  [[ ! -e a ]]
  grep -q '/executable\.o' words.txt
  passes -###
  passes -### -c main.cc
}
10-driver-only-words() {
  # g++ 12 and clang 14 know no -fdriver-only, g++ none of these: they say so, and we add no word.
  same_everything -fdriver-only main.cc -o a
  same_everything -ccc-print-phases main.cc
  same_everything -ccc-print-bindings main.cc
  same_everything -fintegrated-cc1 -c main.cc
  if is_clang; then links_jemalloc -fintegrated-cc1 main.cc; fi
}
run_checks
