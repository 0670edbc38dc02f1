#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# With -flto the fast paths of malloc, free, new and delete become part of the user's functions; all else about the link stays
# true. usage: lto-inlined.sh COMPILER
. "$(dirname "$0")/common.sh"
compiler=$1
command -v "$compiler" >/dev/null || skip "$compiler is not installed"
export CXX_ALLOC_CXX=$compiler
kinds=(-flto) linkers=(bfd gold mold)
if [[ $compiler == clang* ]]; then kinds+=(-flto=thin) linkers+=(lld); fi
lto=$(runtime_dir)/jemalloc/x86_64-linux-gnu/lto
version=$("$compiler" -dumpfullversion -dumpversion)
[[ $compiler == clang* ]] && folder=clang-$version || folder=gcc-$version
[[ -e $lto/$folder ]] || skip "the runtime has nothing for $folder"

# `inlined` of the answer for machines: true, false or null.
inlined() {
  local json
  json=$("$cxx" --print-allocator=json "$@")
  [[ $json =~ \"inlined\":([a-z]+) ]]
  echo "${BASH_REMATCH[1]}"
}
# The names that a loop calls. mold knows the second names by the first ones, so of it only the cache in the loop tells.
calls() { objdump -d --no-show-raw-insn --disassemble="$2" "$1" | sed -nE 's/.*(call|jmp) .*<([^+>@]*).*>$/\2/p'; }
reads_cache() { grep -q '%fs:0x0' <<<"$(objdump -d --no-show-raw-insn --disassemble="$2" "$1")"; }
is_inlined() {
  local loop
  for loop in loop_malloc loop_new loop_aligned; do
    reads_cache "$1" $loop || { echo "$1: $loop: nothing is inlined" >&2; return 1; }
    [[ $1 == *mold* ]] && continue
    calls "$1" $loop | grep -E '^(malloc|free|_Zn|_Zd)' && { echo "$1: $loop: calls that" >&2; return 1; }
  done
  return 0
}

for kind in "${kinds[@]}"; do
  "$compiler" -std=c++17 -O2 $kind -fsized-deallocation -c "$here/lto_inlined.cc" -o main.o
  [[ $(inlined $kind main.o) == true ]]
  for linker in "${linkers[@]}"; do
    command -v "ld.$linker" >/dev/null || continue
    silently "$cxx" -O2 $kind -fuse-ld=$linker -pthread main.o -o main-$linker
    is_inlined main-$linker
    has_jemalloc main-$linker
    # Of what the bodies refer to nothing shows.
    not grep -E ' cxa_|cxx_alloc_inlined' <<<"$(nm -D main-$linker)"
    silently "$cxx" -O2 $kind -fuse-ld=$linker -static -pthread main.o -o static-$linker
    is_inlined static-$linker
    ./static-$linker
  done
  # Compiled on the way, and as position-dependent code.
  silently "$cxx" -std=c++17 -O2 $kind -no-pie -fsized-deallocation -pthread "$here/lto_inlined.cc" -o main
  is_inlined main
  has_jemalloc main
done
kind=${kinds[-1]}

# lto-direct-operators: a direct call of an operator is a call, which may fail, for clang too.
for each in "${kinds[@]}"; do
  for words in -O2 -O1 -O3 -Os '-O2 -fno-builtin-malloc' '-O2 -fsized-deallocation'; do
    "$compiler" -std=c++17 $words $each -c "$here/lto_direct.cc" -o direct.o
    for linker in "${linkers[@]}"; do
      command -v "ld.$linker" >/dev/null || continue
      "$compiler" ${words%% *} $each -fuse-ld=$linker direct.o -o bare
      silently "$cxx" ${words%% *} $each -fuse-ld=$linker direct.o -o ours
      diff <(./bare) <(./ours) >&2
      [[ $words == -O2 ]] || break
    done
  done
done

# What is said of words with which g++ inlines nothing is true: there are no bodies, and what is allocated for nothing is gone.
if [[ $compiler == g++* ]]; then
  echo 'int *make(); void take(int *); int main() { take(make()); }' >first.cc
  echo 'int *make() { return new int(3); } void take(int *block) { delete block; }' >second.cc
  echo '__attribute__((noinline)) int *make(int size) { return new int[size]; }
int main(int count, char **) { int *block = make(count); int result = block == nullptr; delete[] block; return result; }' >used.cc
  for words in -O1 -Ofast '-O2 -ffast-math' '-O2 -fwrapv' '-O2 -march=native' '-O2 -mtune=znver1' '-O2 -mno-red-zone'; do
    [[ $(inlined $words -flto first.cc second.cc) == false ]]
    silently "$cxx" $words -flto first.cc second.cc -o removed
    silently g++ $words -flto first.cc second.cc -o bare
    [[ $(calls removed main) == $(calls bare main) ]]
  done
  for words in -O2 -O3 '-O2 -fno-strict-aliasing -fno-math-errno -fno-plt -mavx2 -fstack-protector-strong'; do
    [[ $(inlined $words -flto used.cc) == true ]]
    silently "$cxx" $words -flto used.cc -o used
    reads_cache used main
  done
fi

# What says so.
[[ $("$cxx" --print-allocator $kind main.o) == "executable: jemalloc "*", inlined"* ]]
CXX_ALLOC_LOG=$t/log "$cxx" -O2 $kind -pthread main.o -o main
grep -q '"inlined":true' log
[[ $(inlined main.o) == null && $(inlined $kind -fno-lto main.o) == null && $(inlined $kind -c main.cc) == null ]]
[[ $(inlined $kind -shared main.o) == null && $(inlined $kind --allocator=system main.o) == null ]]

# In doubt all is as without.
for words in -O0 --allocator-profile -fsanitize=undefined -fno-builtin -Wl,--wrap=malloc -Wl,--wrap=_Znwm; do
  [[ $(inlined $kind $words main.o) == false ]]
done
"$compiler" -std=c++17 -O0 $kind -fsized-deallocation -c "$here/lto_inlined.cc" -o unoptimized.o
silently "$cxx" -O2 $kind -pthread unoptimized.o -o unoptimized
has_jemalloc unoptimized
silently "$cxx" -O0 $kind -pthread main.o -o main
not is_inlined main 2>/dev/null
has_jemalloc main

# A compiler that the runtime was not built for gets the ordinary objects, and the answer says why.
mkdir younger
cat >"younger/$compiler" <<C
#!/bin/sh
case " \$* " in *" -dumpfullversion "*) echo 99.1.0 ;; *) exec $(command -v "$compiler") "\$@" ;; esac
C
chmod +x "younger/$compiler"
CXX_ALLOC_CXX=$t/younger/$compiler
[[ $(inlined $kind main.o) == false ]]
[[ $("$cxx" --print-allocator $kind main.o) == *"LTO inlines nothing of it: nothing was built for ${folder%%-*}-99.1.0"* ]]
CXX_ALLOC_LOG=$t/log "$cxx" -O2 $kind -pthread main.o -o main
not is_inlined main 2>/dev/null
tail -n1 log | grep -q '"inlined":false'
has_jemalloc main
CXX_ALLOC_CXX=$compiler

# The program's own malloc and operators win, as code for LTO, as ordinary code, in an archive, and compiled on the way.
cat >own.c <<'C'
#include <stddef.h>
#ifdef __cplusplus
#define QUIET noexcept
extern "C" {
#else
#define QUIET
#endif
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void __libc_free(void *);
int own_calls;
void *malloc(size_t size) QUIET { return ++own_calls, __libc_malloc(size); }
void *calloc(size_t count, size_t size) QUIET { return ++own_calls, __libc_calloc(count, size); }
void *realloc(void *block, size_t size) QUIET { return __libc_realloc(block, size); }
void free(void *block) QUIET { ++own_calls, __libc_free(block); }
#ifdef __cplusplus
}
#endif
C
cp own.c own-source.cc
cat >operators-source.cc <<'C'
#include <cstdlib>
#include <new>
extern "C" { int own_calls; }
void *operator new(std::size_t size) { return ++own_calls, static_cast<char *>(std::malloc(size + 16)) + 16; }
void operator delete(void *block) noexcept { if (block) ++own_calls, std::free(static_cast<char *>(block) - 16); }
void operator delete(void *block, std::size_t) noexcept { operator delete(block); }
C
cat >counts.cc <<'C'
#include <cstdlib>
#include <string>
#include <vector>
extern "C" int own_calls;
int main() {
  std::vector<std::string> strings;
  for (int i = 0; i < 100; ++i) strings.emplace_back(100, 'x');
  for (int i = 0; i < 100; ++i) {
    void *volatile block = std::malloc(64);
    std::free(block);
    delete new std::string(50, 'y');
  }
  return own_calls > 300 ? 0 : 1;
}
C
cc_of=${compiler/clang++/clang}
cc_of=${cc_of/g++/gcc}
"$cc_of" -O2 -c own.c -o own.o
"$cc_of" -O2 $kind -c own.c -o own-lto.o
"$compiler" -O2 -fsized-deallocation -c operators-source.cc -o operators.o
"$compiler" -O2 $kind -fsized-deallocation -c operators-source.cc -o operators-lto.o
"$compiler" -O2 $kind -fsized-deallocation -c counts.cc
for own in own operators; do
  ar rcs lib$own.a $own.o
  for words in $own.o $own-lto.o "-L. -l$own" $own-source.cc; do
    silently "$cxx" -O2 $kind -fsized-deallocation counts.o $words -o counts
    ./counts
    if [[ $own == own ]]; then not defines_jemalloc counts; else defines_jemalloc counts; fi
  done
done

# valgrind puts its malloc where ours begins, which what is inlined does not pass.
if command -v valgrind >/dev/null; then
  cat >faulty.cc <<'C'
#include <cstdlib>
#include <cstring>
#include <string>
int main(int count, char **) {
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    text += 'x';                            // grows in libstdc++.so, is freed here
    volatile char *block = new char[24];
    block[0] = 1;
    delete[] block;
    void *volatile other = std::malloc(24);
    std::free(other);
    delete new std::string(text);
  }
  char *volatile lost = count > 1 ? new char[24] : nullptr;
  lost = nullptr;
  return lost != nullptr;
}
C
  silently "$cxx" -std=c++17 -g -O2 $kind -fsized-deallocation faulty.cc -o faulty
  exits 0 valgrind --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite ./faulty
  [[ $said == *'total heap usage: '[3-9],* ]]    # it has seen all of them
  exits 9 valgrind --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite ./faulty lost
  [[ $said == *'24 bytes in 1 blocks are definitely lost'* ]]
fi

# A C program has neither operators nor a C++ runtime.
cat >plain.c <<'C'
#include <stdlib.h>
__attribute__((noinline, used)) void loop_malloc(int count) {
  while (count--) {
    void *volatile block = malloc(64);
    free(block);
  }
}
int main(void) { loop_malloc(1000); }
C
CXX_ALLOC_CC=$cc_of silently "$cc" -O2 $kind plain.c -o plain
reads_cache plain loop_malloc
has_jemalloc plain
not grep -E 'stdc\+\+|libc\+\+' <<<"$(readelf -d plain)"
