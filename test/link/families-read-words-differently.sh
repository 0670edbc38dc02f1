#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# g++ goes by the last of -shared -pie -no-pie -static-pie, clang++ by -shared alone. What comes out decides who is
# right: a library must not have our allocator, an executable must.
echo 'int main() { delete new int; }' >main.cc
g++ -fPIC -c main.cc

check() {
  local compiler=$1 wanted=$2
  shift 2
  export CXX_ALLOC_CXX=$compiler
  [[ $(decision "$@" main.o) == "$wanted"* ]]
  rm -f out
  same_as $compiler "$@" main.o -o out
  if [[ $wanted == executable ]]; then not is_shared_library out; has_jemalloc out; fi
  if [[ $wanted == shared-library ]]; then is_shared_library out; not defines_jemalloc out; fi
}
check g++ executable -shared -pie
check clang++-22 shared-library -shared -pie
check g++ executable -shared -no-pie
check clang++-22 shared-library -shared -no-pie
check g++ executable -shared -static-pie
for compiler in g++ clang++-22; do
  check $compiler shared-library -pie -shared
  check $compiler shared-library -no-pie -shared
  check $compiler shared-library --shared
  check $compiler executable -dynamiclib
  check $compiler executable -pie -no-pie
done
# What clang++ cannot make is refused in its own words.
exits 1 clang++-22 -static-pie -no-pie main.o -o out
same_as clang++-22 -static-pie -no-pie main.o -o out
