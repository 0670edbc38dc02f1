#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# usage: queries.sh COMPILER. Questions to the compiler or to the linker are answered as if we were not there: same
# stdout, same stderr, same exit status. Build systems know a compiler by these answers.
compiler=$1
echo 'int main() {}' >main.cc
echo '#pragma once' >header.hpp
printf '%s\n' --version >version.txt
same() { same_as "$compiler" "$@" </dev/null; }

same
same -v
same --version
same @version.txt
same -dumpversion
same -dumpfullversion
same -dumpmachine
same -dumpspecs
same -print-prog-name=ld
same --print-prog-name=as
same -print-file-name=libstdc++.so
same -print-search-dirs
same -print-libgcc-file-name
same -print-multi-lib
same -print-multi-directory
same -print-multiarch
same -print-resource-dir
same -print-sysroot
same -Q --help=target
same --help=warnings
same --target-help
same -help
same -Wl,--version
same -Wl,--help
same -Wl,-v
same -E -dM -
same -x c++ -E -v -
same -E main.cc
same -M main.cc
same -MM main.cc
same -fsyntax-only -Wall main.cc
same -c -x c++ /dev/null -o /dev/null
same --no-such-option
same -c no-such-file.cc
same header.hpp -o header.gch
[[ -s header.gch ]]
[[ $("$cxx" --version) == "$(c++ --version)" ]]

# --help is ours in a few lines, then all of theirs.
CXX_ALLOC_CXX=$compiler "$cxx" --help >ours.txt
"$compiler" --help >bare.txt
(($(wc -l <ours.txt) - $(wc -l <bare.txt) <= 12))
tail -n "$(wc -l <bare.txt)" ours.txt | cmp - bare.txt
