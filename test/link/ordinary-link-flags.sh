#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Flags that programs are linked with every day: silent, on jemalloc, and with as many files as without us.
cat >main.cc <<'CC'
#include <exception>
struct Error : std::exception {};
int main() {
  delete new int;
  try {
    throw Error();
  } catch (const std::exception &) {
  }
}
CC
echo '{ malloc; free; main; };' >dynamic.list
check() {
  local compiler=$1
  shift
  export CXX_ALLOC_CXX=$compiler
  rm -rf ours bare
  mkdir ours bare
  cp dynamic.list ours
  cp dynamic.list bare
  (cd ours && silently "$cxx" "$@" ../main.cc -o main)
  (cd bare && "$compiler" "$@" ../main.cc -o main)
  diff <(ls ours) <(ls bare)
  cd ours
  if [[ " $* " == *' -s '* || " $* " == *,-s\ * ]]; then
    [[ $(note_of main) == *$expected* ]] && runs_on_ours ./main
  else
    has_jemalloc main
  fi
  cd ..
}
for compiler in g++ clang++-22; do
  check $compiler -O2 -flto
  check $compiler -g -gsplit-dwarf
  check $compiler -save-temps
  check $compiler -MD
  check $compiler --coverage
  check $compiler -static-libgcc -static-libstdc++
  check $compiler -rdynamic
  check $compiler -s
  check $compiler -Wl,--gc-sections -ffunction-sections -Wl,-z,now -Wl,-z,relro -Wl,-s
  check $compiler -Wl,--exclude-libs,ALL -Wl,-Bsymbolic -Wl,--as-needed
  check $compiler -Wl,--dynamic-list=dynamic.list
  check $compiler -Wl,--wrap=foo -Wl,--build-id=sha1 -Wl,--hash-style=both
  check $compiler -Wl,--push-state,--no-as-needed -lm
  check $compiler -Wl,-Bstatic -lstdc++ -Wl,-Bdynamic
  check $compiler -pg
done
check g++ -fprofile-generate
check g++ -static -Wl,--no-dynamic-linker
check g++ -flto -ffat-lto-objects -fuse-ld=gold
check g++ -fopenmp
check clang++-22 -flto=thin -fuse-ld=lld
check clang++-22 -fuse-ld=lld -Wl,--icf=all -Wl,--gc-sections
check clang++-22 -fprofile-instr-generate
check clang++-22 -fuse-ld=mold -Wl,--icf=all
runs_on_ours ours/main
