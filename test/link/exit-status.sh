#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Exit status, death by a signal, standard input and closed streams are the compiler's own.
fake_compiler fake-g++
touch main.o
export CXX_ALLOC_CXX=$t/fake-g++
for words in '-c x.cc' 'main.o -o x' 'x.cc -o x' '-shared main.o' --version; do
  for status in 0 1 2 42 127 255; do STATUS=$status exits $status "$cxx" $words; done
  # Killed, not exited with 128 + N, which a shell shows alike.
  for signal in 6 9 11 15; do
    SIGNAL=$signal python3 - "$signal" "$cxx" $words <<'PY'
import os, resource, subprocess, sys
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
status = subprocess.run(sys.argv[2:], stderr=subprocess.DEVNULL).returncode
assert status == -int(sys.argv[1]), status
PY
  done
  echo 'through stdin' | INPUT=$t/input "$cxx" $words
  [[ $(cat input) == 'through stdin' ]]
done

echo 'int main() { return 3; }' >main.cc
echo 'int main( {' >bad.cc
for compiler in g++ clang++-22; do
  export CXX_ALLOC_CXX=$compiler
  "$cxx" main.cc -o main <&- >&- 2>&-
  exits 3 ./main
  "$cxx" -v main.cc -o main <&- >&- 2>&-
  CXX_ALLOC_LOG=$t/log "$cxx" main.cc -o main <&- >&- 2>&-
  [[ $(wc -l <log) == 1 ]]
  rm log
  same_as $compiler bad.cc -o main
  same_as $compiler -c bad.cc
done
