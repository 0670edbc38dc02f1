#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A cross link gets the runtime of its target and runs under emulation; without one, the system's and the reason. -m32
# likewise.
. "$(dirname "$0")/../link/common.sh"
source=$(cd "$here/../.." && pwd)
cross=$build/cross

if [[ ! -f $cross/build.ninja ]]; then
  rm -rf "$cross"
  meson setup "$cross" "$source" -Dtests=disabled -Druntime_targets=aarch64-linux-gnu,i386-linux-gnu >"$t/log" 2>&1 ||
    { tail -n 30 "$t/log"; exit 1; }
fi
ninja -C "$cross" allocators/{jemalloc,system}/{aarch64,i386}-linux-gnu >"$t/log" 2>&1 || { tail -n 30 "$t/log"; exit 1; }

cat >"$t/a.cc" <<'END'
#include <cstdio>
#include <string>
#include <vector>
int main() {
  std::vector<std::string> words;
  for (int i = 0; i < 1000; ++i) words.push_back(std::string(100, 'x'));
  std::puts("ran");
}
END
echo 'int main(void) { return 0; }' >"$t/c.c"

# runs MACHINE EMULATOR… -- COMMAND…: links with the runtime and without, runs both, and asks who allocates.
check() {
  local target=$1 machine=$2 emulator=$3
  shift 3
  local output
  CXX_ALLOC_RUNTIME_DIR=$cross/allocators "$@" "$t/a.cc" -o "$t/with"
  readelf -h "$t/with" | grep -q "Machine: *$machine"
  output=$(MALLOC_CONF=stats_print:true $emulator "$t/with" 2>&1)
  grep -q ran <<<"$output"
  grep -q 'Begin jemalloc statistics' <<<"$output"

  # The build's own runtime is for this machine only.
  "$@" "$t/a.cc" -o "$t/without" 2>"$t/stderr"
  [[ ! -s $t/stderr ]]
  output=$(MALLOC_CONF=stats_print:true $emulator "$t/without" 2>&1)
  [[ $output == ran ]]
  "$@" "$t/a.cc" --print-allocator=json | python3 -c '
import json, sys
plan = json.load(sys.stdin)
assert (plan["allocator"], plan["reason"], plan["target"]) == ("system", "unavailable-for-target", sys.argv[1]), plan' "$target"
  not "$@" --allocator=jemalloc "$t/a.cc" -o "$t/never" 2>"$t/stderr"
  grep -q "no jemalloc runtime for an executable on $target" "$t/stderr"
  [[ ! -e $t/never ]]
}

arm='qemu-aarch64 -L /usr/aarch64-linux-gnu'
check aarch64-linux-gnu AArch64 "$arm" env CXX_ALLOC_CXX=aarch64-linux-gnu-g++ "$cxx"
check aarch64-linux-gnu AArch64 "$arm" env CXX_ALLOC_CXX=aarch64-linux-gnu-g++ "$cxx" -static
check aarch64-linux-gnu AArch64 "$arm" env CXX_ALLOC_CXX=clang++-22 "$cxx" --target=aarch64-linux-gnu
check aarch64-linux-gnu AArch64 "$arm" env CXX_ALLOC_CXX=clang++-22 "$cxx" --target=aarch64-linux-gnu -fuse-ld=lld
ln -s "$cxx" "$t/aarch64-linux-gnu-g++-alloc"
check aarch64-linux-gnu AArch64 "$arm" "$t/aarch64-linux-gnu-g++-alloc"

# <asm/…> is Debian's gcc-multilib's, which cannot be installed beside the cross compilers; the x86-64 one holds both.
m32=(-m32 -isystem "/usr/include/$(g++ -print-multiarch)")
echo 'int main(void) { return 0; }' | gcc "${m32[@]}" -x c - -o "$t/runs"
i386=
"$t/runs" 2>/dev/null || i386=qemu-i386    # not every kernel runs them
check i386-linux-gnu 'Intel 80386' "$i386" env CXX_ALLOC_CXX=g++ "$cxx" "${m32[@]}"
check i386-linux-gnu 'Intel 80386' "$i386" env CXX_ALLOC_CXX=g++ "$cxx" "${m32[@]}" -no-pie -fuse-ld=gold

# Libraries that do not look for malloc in the executable reach ours on other machines too (../runtime/around.sh).
around() {
  local emulator=$1 version=$2 way
  shift 2
  rm -rf "$t/around"
  mkdir -p "$t/around/apart"
  cd "$t/around"
  local flags=(-D_GNU_SOURCE -fno-builtin -fPIC -DCFREE_VERSION="\"$version\"")
  "$@" "${flags[@]}" -shared "$here/../runtime/around_plug_in.c" -o old.so
  "$@" "${flags[@]:0:3}" -shared "$here/../runtime/around_plug_in.c" -o plug_in.so
  "$@" "${flags[@]:0:3}" -DLOADS -Wl,-rpath,'$ORIGIN' -shared "$here/../runtime/around_plug_in.c" -o apart/loader.so
  cp plug_in.so apart/beside.so
  CXX_ALLOC_RUNTIME_DIR=$cross/allocators CXX_ALLOC_CC=$* "$cc" "${flags[@]}" "$here/../runtime/around.c" -o program
  for way in deepbind next_of_plug_in handle_of_libc names_of_libc cfree_of_old origin; do silently $emulator ./program $way; done
  not env CXX_ALLOC_LIBC_SYMBOLS=keep $emulator ./program deepbind 2>/dev/null
  cd "$t"
}
around "$arm" GLIBC_2.17 aarch64-linux-gnu-gcc
around "$i386" GLIBC_2.0 gcc "${m32[@]}"

# An object of another machine tells the target even where the compiler's name does not.
aarch64-linux-gnu-g++ -c "$t/a.cc" -o "$t/a.o"
printf '#!/bin/sh\nexec aarch64-linux-gnu-g++ "$@"\n' >"$t/my-g++"
chmod +x "$t/my-g++"
CXX_ALLOC_CXX="$t/my-g++" "$cxx" --print-allocator "$t/a.o" | grep -q aarch64-linux-gnu

# A C program of another target gains no C++ library either.
CXX_ALLOC_RUNTIME_DIR=$cross/allocators CXX_ALLOC_CC=aarch64-linux-gnu-gcc "$cc" "$t/c.c" -o "$t/c"
readelf -d "$t/c" | grep NEEDED | not grep -v 'libc\.so\.6\|ld-linux'
