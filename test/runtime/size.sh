#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/runtime.md says what a stripped program grows by: no more than that, and never more than 700 KB.
. "$(dirname "$0")/common.sh"
documented() { sed -n "s/^| $1 |.*| \([0-9]*\) KB |$/\1/p" "$here/../../docs/runtime.md"; }
added() {    # bytes that jemalloc adds to a program; the words are a link
  "$@" --allocator=none -s -o without
  "$@" --allocator=jemalloc -s -o with
  echo $(($(stat -c %s with) - $(stat -c %s without)))
}
echo 'int main(void) { return 0; }' >main.c
echo '#include <string>
int main(int n, char **) { return std::string(n, 64).size() == 0; }' >main.cc
for language in C C++; do
  case $language in
    C) bytes=$(added "$cc" -O2 main.c) ;;
    C++) bytes=$(added "$cxx" -O2 main.cc) ;;
  esac
  echo "$language: +$bytes bytes"
  ((bytes < 700000))
  ((bytes > 100000))    # it is jemalloc that was measured
  claim=$(documented "$language")
  # What the page says is GCC 12's; later ones put more into a function.
  if [[ $(gcc -dumpversion) == 12 ]]; then ((bytes < claim * 1000 + 10000)); fi
done
