#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Allocators of the user's in objects that are no machine code yet: GCC's slim and fat LTO objects, LLVM's full and thin
# bitcode, and archives of them.
if is_gnu; then
  modes=('-flto' '-flto -ffat-lto-objects')
  linkers=(bfd gold mold)
  archivers=(gcc-ar ar)
else
  modes=('-flto=full' '-flto=thin')
  if [[ $compiler == clang++-22 ]]; then modes+=('-flto=thin -ffat-lto-objects'); fi
  linkers=(lld)
  archivers=(llvm-ar-22 ar)
fi
# Of each mode and linker.
for_each() {
  local mode linker
  for mode in "${modes[@]}"; do
    for linker in "${linkers[@]}"; do
      with_linker "$linker"
      "$@" $mode
    done
  done
}
# What the bare compiler makes of a link: what its program prints, or "fails".
made_by_bare() { if "$compiler" "$@" -o bare >bare.txt 2>&1; then ./bare; else echo fails; fi; }
# Ours does what the bare one does where that brings an allocator of the user's, or fails; where the linker leaves that
# allocator out, as the artifact tells, there is nobody's to respect.
like_bare() {
  local bare ours=fails
  bare=$(made_by_bare "$@")
  rm -f program
  if "$cxx" "$@" -o program >ours.txt 2>&1; then
    if [[ $bare == other ]]; then has_jemalloc "$PWD/program"; else not defines_jemalloc program; fi
    ours=$(./program)
  fi
  [[ $ours == "$bare" ]] || { echo "$*: $ours, not $bare" >&2; cat ours.txt >&2; return 1; }
}

L1-object-with-malloc() {
  object() {
    "$c_compiler" "$@" -c own.c -o own-lto.o
    "$c_compiler" "$@" -c heap.c -o heap-lto.o
    [[ $(decision "${with[@]}" "$@" heap.o own-lto.o) == 'executable user user-symbols' ]]
    like_bare "${with[@]}" "$@" heap.o own-lto.o
    like_bare "${with[@]}" "$@" heap-lto.o own-lto.o
    # Also without the word at the link.
    like_bare "${with[@]}" heap.o own-lto.o
  }
  for_each object
}
L2-archive-with-malloc() {
  local archiver
  archive() {
    "$c_compiler" "$@" -c own.c -o own-lto.o
    rm -f libown.a
    "$archiver" rcs libown.a own-lto.o 2>/dev/null                  # ar without a plug-in: no index
    like_bare "${with[@]}" "$@" heap.o libown.a
    like_bare "${with[@]}" "$@" heap.o -Wl,--whole-archive libown.a -Wl,--no-whole-archive
  }
  for archiver in "${archivers[@]}"; do
    needs "$archiver"
    for_each archive
  done
}
L2-archive-whose-index-knows-machine-code-only() {
  # ar without a plug-in indexes no bitcode, and says nothing of it. lld and mold find the member nevertheless.
  mixed() {
    "$c_compiler" "$@" -c own.c -o own-lto.o
    rm -f libmixed.a
    command ar rcs libmixed.a f.o
    python3 -c 'import sys
data = open(sys.argv[2], "rb").read()
open(sys.argv[1], "ab").write(b"%-16s%-12d%-6d%-6d%-8d%-10d`\n" % (b"own-lto.o/", 0, 0, 0, 644, len(data)) + data + b"\n" * (len(data) % 2))' libmixed.a own-lto.o
    [[ $(ar t libmixed.a) == *own-lto.o ]]
    like_bare "${with[@]}" "$@" heap.o libmixed.a
    decides 'executable user user-symbols' "${with[@]}" "$@" heap.o libmixed.a
  }
  for_each mixed
}
L3-program-without-malloc() {
  plain() {
    "$compiler" "$@" -c main.cc -o lto.o
    "$compiler" "$@" -c f.cc -o f-lto.o
    rm -f libf.a
    "${archivers[0]}" rcs libf.a f-lto.o
    rm -f program
    silently "$cxx" "${with[@]}" "$@" lto.o libf.a -o program
    has_jemalloc "$PWD/program"
    defines_operators program
  }
  for_each plain
}
L4-operators-only() {
  cat >operators.cc <<'CC'
#include <cstddef>
#include <new>
alignas(16) static char pool[100000];
static std::size_t used;
int calls;
void *operator new(std::size_t n) { calls++; void *p = pool + used; used += (n + 15) & ~std::size_t(15); return p; }
void operator delete(void *) noexcept { calls++; }
CC
  echo 'extern int calls; struct S { ~S() {} int i; };
int main() { delete new int; delete[] new S[3]; return calls != 4; }' >use.cc
  operators() {
    "$compiler" -std=c++17 "$@" -c operators.cc -o operators-lto.o
    "$compiler" -std=c++17 "$@" -c use.cc -o use-lto.o
    rm -f program
    silently "$cxx" "${with[@]}" "$@" use-lto.o operators-lto.o -o program
    has_jemalloc "$PWD/program"
    silently "$cxx" "${with[@]}" "$@" -std=c++17 use.cc operators.cc -o program
    has_jemalloc "$PWD/program"
  }
  for_each operators
}
L5-part-of-the-family() {
  part() {
    "$c_compiler" "$@" -DPART -c own.c -o part-lto.o
    like_bare "${with[@]}" "$@" heap.o part-lto.o
    rm -f program
    silently "$cc" "${with[@]}" "$@" heap.c -DPART own.c -o program
    not defines_jemalloc program
  }
  for_each part
}
L6-sources-and-lto() {
  sources() { CXX_ALLOC_CXX=$c_compiler keeps_users_own "${with[@]}" "$@" heap.c own.c; }
  for_each sources
  optimized() { CXX_ALLOC_CXX=$c_compiler keeps_users_own "${with[@]}" "$@" -O2 -fno-builtin heap.c own.c; }
  for_each optimized
}
L7-static() {
  static() {
    "$c_compiler" "$@" -c own.c -o own-lto.o
    like_bare "${with[@]}" "$@" -static heap.o own-lto.o
    "$compiler" "$@" -c main.cc -o lto.o
    silently "$cxx" "${with[@]}" "$@" -static lto.o -o program
    has_jemalloc "$PWD/program"
  }
  for_each static
}
run_checks
