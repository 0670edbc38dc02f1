#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Checklist 11-16: questions, to the compiler and to the linker behind it.

11-empty-and-version() {
  passes
  for word in -v --version -dumpversion -dumpfullversion -dumpmachine -dumpspecs; do passes $word; done
}
12-print-words() {
  for word in -print-prog-name=ld --print-prog-name=cc1plus -print-file-name=libc.so --print-file-name=crt1.o -print-search-dirs \
              -print-libgcc-file-name --print-libgcc-file-name -print-multi-lib -print-multi-directory -print-resource-dir \
              -print-sysroot -print-target-triple -print-effective-triple -print-supported-cpus -print-targets; do
    passes $word
  done
}
13-help() {
  for word in --help=warnings --help=target,optimizers -Q\ --help=target --target-help --help-hidden -help-hidden -help --autocomplete=-fsan; do
    passes $word
  done
  # --help alone says our words first, then all of theirs.
  "$cxx" --help >ours.txt
  "$compiler" --help >bare.txt
  tail -n "$(wc -l <bare.txt)" ours.txt | cmp - bare.txt
}
14-v-is-verbose() {
  injects -v main.cc -o a
  "$cxx" -v main.cc -o a 2>said.txt
  has_jemalloc "$PWD/a"
  [[ $(tail -n 1 said.txt) == 'cxx-alloc: executable: jemalloc '* ]]
  [[ $(grep -c '^cxx-alloc:' said.txt) == 1 ]]
  # -V is no question either: the compiler says what it thinks of the word.
  if is_gnu; then same_everything -V main.o -o a; fi
}
15-linker-is-asked() {
  for word in --version -v -V --help; do passes -Wl,$word; done
  passes -Xlinker --version
  passes -v -Wl,-v
  # With an object it is CMake's ABI check: a link.
  injects -v -Wl,-v main.o
  exits 0 "$cxx" -v -Wl,-v main.o -o a
  has_jemalloc "$PWD/a"
}
16-standard-input() {
  printf '#ifdef __cplusplus\nint plus;\n#endif\n' >stdin
  passes -E -dM -x c++ -
  passes -x c++ -E -v -
  passes -E -
  passes -x c++ -fsyntax-only -
  passes -x c++ -c - -o plus.o
  # Not a byte is read before the compiler reads it.
  CXX_ALLOC_CXX=$fake INPUT=$PWD/copy "$cxx" -E - <stdin
  cmp stdin copy
  CXX_ALLOC_CXX=$fake INPUT=$PWD/copy "$cxx" -x c++ - -o a <stdin
  cmp stdin copy
}
run_checks
