#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# We may be installed as c++, and somebody's wrapper may call us back: that ends at once, with one error, and nothing runs.
echo 'int main() {}' >main.cc
timeout=$(command -v timeout)
ends_at_once() {
  local status=0
  said=$("$timeout" 3 "$@" 2>&1) || status=$?
  ((status == 1))
  [[ $said == 'cxx-alloc: error: '*': recursive invocation of cxx-alloc; '* && $said != *$'\n'* ]]
  [[ ! -e main && ! -e main.o ]]
}
for words in 'main.cc -o main' '-c main.cc' --version; do
  CXX_ALLOC_CXX=$cxx ends_at_once "$cxx" $words
  CXX_ALLOC_CXX="env $cxx" ends_at_once "$cxx" $words

  mkdir -p bin
  ln -sf "$cxx" bin/c++
  PATH=$t/bin ends_at_once "$cxx" $words
  PATH=$t/bin ends_at_once c++ $words

  # A copy is not known by its inode.
  mkdir -p one two
  cp "$(realpath "$cxx")" one/c++
  cp "$(realpath "$cxx")" two/c++
  CXX_ALLOC_RUNTIME_DIR=$(runtime_dir) PATH=$t/one:$t/two ends_at_once c++ $words

  printf '#!/bin/sh\nexec "%s" "$@"\n' "$cxx" >script
  chmod +x script
  CXX_ALLOC_CXX=$t/script ends_at_once "$cxx" $words
done

# In front of the real compiler in PATH it is found behind us.
PATH=$t/bin:$PATH c++ main.cc -o main
has_jemalloc main
