#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# No compiler behind us: our error says which and where it is named. Exit status 1; the output is untouched.
echo 'int main() {}' >main.cc
echo old >main
refused() {
  local subject=$1
  shift
  exits 1 "$@"
  [[ $said == "cxx-alloc: error: $subject: "*'; '* && $said != *$'\n'* ]]
  [[ $(<main) == old && ! -e a.out && ! -e main.o ]]
}
mkdir empty
touch not-executable
for words in 'main.cc -o main' '-c main.cc' --version '--emit-static-lib main.cc -o main'; do
  CXX_ALLOC_CXX=no-such-compiler refused no-such-compiler "$cxx" $words
  CXX_ALLOC_CXX=$t/none refused "$t/none" "$cxx" $words
  CXX_ALLOC_CXX=$t/not-executable refused "$t/not-executable" "$cxx" $words
  CXX_ALLOC_CXX=$t refused "$t" "$cxx" $words
  CXX_ALLOC_CXX=' ' refused CXX_ALLOC_CXX "$cxx" $words
  CXX_ALLOC_CC=none refused none "$cc" $words
  PATH=$t/empty refused c++ "$cxx" $words
  PATH='' refused c++ "$cxx" $words
  # What is called so in the current directory is not run.
  cp "$(type -P true)" no-such-compiler
  PATH=:.:$PATH CXX_ALLOC_CXX=no-such-compiler refused no-such-compiler "$cxx" $words
  rm no-such-compiler
done
# A file the kernel cannot run.
printf '\177ELF' >broken-g++
chmod +x broken-g++
CXX_ALLOC_CXX=$t/broken-g++ refused "$t/broken-g++" "$cxx" main.cc -o main
