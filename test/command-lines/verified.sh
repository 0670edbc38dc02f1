#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Where the inputs do not tell enough the finished program is read: it never stays half ours and half somebody else's, and
# never exports a part of our malloc only.
family='malloc free calloc realloc memalign posix_memalign aligned_alloc'

# Of the malloc family in a program's dynamic symbols: `all`, `none` or the ones that are there.
exported() {
  local name found=()
  for name in $family; do if nm -D --defined-only "$1" | grep -E " [A-Za-z] $name\$" >/dev/null; then found+=("$name"); fi; done
  if ((${#found[@]} == 0)); then echo none; elif ((${#found[@]} == 7)); then echo all; else echo "${found[*]}"; fi
}
# One provider of the whole heap, whoever it is: heap.c says so when it runs, the symbols when it does not.
is_whole() {
  local ours=no
  if defines_jemalloc "$1"; then ours=yes; fi
  if [[ $ours == yes && $(readelf -l "$1") == *INTERP* && $(exported "$1") != all ]]; then
    echo "$1: has ours, and exports $(exported "$1")" >&2
    return 1
  fi
  local says
  says=$("$1")
  [[ $says != mixed ]] || { echo "$1: two heaps" >&2; return 1; }
  [[ $ours == no || $says != own ]]
}
# Makes `program` of the words with both, and what ours makes allocates as what the bare one makes or is whole.
no_worse_than_bare() {
  local bare=fails ours=fails
  rm -f bare program
  if "$c_compiler" "$@" -o bare >bare.txt 2>&1; then bare=$(./bare) || bare="status $?"; fi
  if "$cc" "$@" -o program >ours.txt 2>&1; then ours=$(./program) || ours="status $?"; fi
  if [[ $bare == "$ours" && $bare != other ]]; then
    [[ $bare == fails ]] || not defines_jemalloc program
  elif [[ $bare == other && $ours == other ]]; then
    is_whole ./program
  else
    echo "$*: $ours, the bare compiler's $bare" >&2
    cat ours.txt >&2
    return 1
  fi
}
# What is tested here is the linkers' doing; each of them meets two families at least.
case $compiler in
  g++) linkers=(bfd gold lld mold) ;;
  clang++-22) linkers=(gold lld mold) ;;
  *) linkers=(bfd lld) ;;
esac

V1-sources-with-a-whole-malloc() {
  for linker in "${linkers[@]}"; do
    with_linker $linker
    CXX_ALLOC_CXX=$c_compiler keeps_users_own "${with[@]}" heap.c own.c
    CXX_ALLOC_CXX=$c_compiler keeps_users_own "${with[@]}" -O2 -fno-builtin heap.c own.c
    no_worse_than_bare "${with[@]}" -static heap.c own.c
  done
}
V2-sources-with-a-part() {
  for words in '' -s -no-pie -static '-static -s' -rdynamic '-fvisibility=hidden' '-Wl,--gc-sections -ffunction-sections' '-Wl,--no-export-dynamic'; do
    next_linker
    no_worse_than_bare "${with[@]}" $words -DPART heap.c own.c
  done
}
V3-hidden-definitions() {
  for linker in "${linkers[@]}"; do
    with_linker $linker
    no_worse_than_bare "${with[@]}" -fvisibility=hidden heap.c own.c
    no_worse_than_bare "${with[@]}" -fvisibility=hidden -s heap.c own.c
    no_worse_than_bare "${with[@]}" -fvisibility=hidden -static -s heap.c own.c
  done
}
V4-operators-in-sources() {
  cat >operators.cc <<'CC'
#include <cstddef>
#include <new>
alignas(16) static char pool[100000];
static std::size_t used;
int calls;
void *operator new(std::size_t n) { calls++; void *p = pool + used; used += (n + 15) & ~std::size_t(15); return p; }
void operator delete(void *) noexcept { calls++; }
CC
  # Sized and array forms, which come back to these two in the standard library.
  echo 'extern int calls; struct S { ~S() {} int i; };
int main() { delete new int; delete[] new S[3]; delete new S; return calls != 6; }' >use.cc
  "$compiler" -std=c++17 use.cc operators.cc -o bare
  ./bare
  for words in '' -s '-static' '-static -s' -static-libstdc++ '-static-libstdc++ -s' '-fvisibility=hidden' -no-pie; do
    next_linker
    rm -f program
    "$cxx" "${with[@]}" -std=c++17 $words use.cc operators.cc -o program
    ./program || { echo "${with[*]} $words: two heaps" >&2; return 1; }
    [[ $(allocator_at_run_time ./program) == jemalloc ]] || { echo "${with[*]} $words: not jemalloc" >&2; return 1; }
  done
}
V5-version-scripts() {
  echo '{ global: main; local: *; };' >all.map
  echo 'V1 { global: main; local: *; };' >named.map
  echo '{ global: malloc; free; main; local: *; };' >two.map
  echo '{ local: memalign; posix_memalign; aligned_alloc; };' >aligned.map
  echo '{ local: calloc; };' >one.map
  echo '{ global: malloc; free; calloc; realloc; memalign; posix_memalign; aligned_alloc; main; local: *; };' >family.map
  for script in all named two aligned one family; do
    next_linker
    for input in heap.o heap.c; do
      rm -f program
      # gold has something to say, and lld 22 refuses scripts with names that nobody defines.
      local status=0
      "$c_compiler" "${with[@]}" -Wl,--version-script=$script.map $input -o bare >bare.txt 2>&1 || status=$?
      exits $status "$cc" "${with[@]}" -Wl,--version-script=$script.map $input -o program
      if ((status)); then continue; fi
      said=$(grep -vxF -f bare.txt <<<"$said" || true)
      [[ ! $said || ($said == 'cxx-alloc: warning: '* && $said != *$'\n'*) ]]
      is_whole ./program
    done
  done
}
V6-dynamic-lists() {
  echo '{ malloc; };' >one.list
  echo '{ main; };' >none.list
  for words in -Wl,--dynamic-list=one.list -Wl,--dynamic-list=none.list -Wl,--export-dynamic-symbol=malloc -Wl,-Bsymbolic -Wl,--exclude-libs,ALL \
               -rdynamic '-Wl,--dynamic-list=one.list -Wl,--gc-sections'; do
    next_linker
    rm -f program
    silently "$cc" "${with[@]}" $words heap.o -o program
    is_whole ./program
    has_jemalloc ./program
    no_worse_than_bare "${with[@]}" $words heap.o own.o
    no_worse_than_bare "${with[@]}" $words heap.c -DPART own.c
  done
}
V7-static() {
  for linker in "${linkers[@]}"; do
    with_linker $linker
    rm -f program
    silently "$cc" "${with[@]}" -static heap.o -o program
    is_whole ./program
    has_jemalloc ./program
    echo '{ local: *; };' >all.map
    no_worse_than_bare "${with[@]}" -static -Wl,--version-script=all.map heap.c own.c
  done
}
V8-asked-for-by-hand() {
  echo '{ global: main; local: *; };' >all.map
  refuses() {
    rm -f program a.out
    exits 1 "$cc" "$@" --allocator=jemalloc
    [[ $said == *'cxx-alloc: error: '* ]] || { echo "$*: $said" >&2; return 1; }
    [[ ! -e program && ! -e a.out ]] || { echo "$*: left a program behind" >&2; return 1; }
  }
  for linker in "${linkers[@]}"; do
    if [[ $linker == gold ]]; then continue; fi                     # it exports malloc whatever the script says
    with_linker $linker
    refuses "${with[@]}" -Wl,--version-script=all.map heap.c -o program
    refuses "${with[@]}" heap.c own.c -o program
    refuses "${with[@]}" heap.c own.c
    refuses "${with[@]}" heap.c own.c --output=program
    refuses "${with[@]}" -DPART heap.c own.c -oprogram
    echo '-o program' >out.txt
    refuses "${with[@]}" -DPART heap.c own.c @out.txt
    refuses "${with[@]}" heap.o own.o -o program
    refuses "${with[@]}" -static -DPART heap.c own.c -o program
  done
}
V9-nothing-else-is-touched() {
  # A second link leaves the outputs of the compile step.
  mkdir folder
  cp heap.c own.c folder
  (cd folder && silently "$cc" -MD -save-temps heap.c own.c -o program && [[ $(./program) == own ]])
  [[ -s folder/program-heap.d || -s folder/heap.d || -s folder/program.d ]]
  # An output that is not a file of its own is never removed.
  silently "$cc" heap.c own.c -o /dev/null
  [[ -c /dev/null ]]
  # What the compiler says of the sources is said once, of a second link that fails as well.
  (echo '#warning heed this'; cat own.c) >warns.c
  same_as "$c_compiler" -c warns.c
  exits 0 "$cc" heap.c warns.c -o program
  [[ $(./program) == own && $(grep -c 'warning: .*heed this' <<<"$said") == 1 ]]
  printf '%s\n' '#!/bin/bash' 'if [[ " $* " == *" heap.c "* && " $* " != *" -###"* ]]; then' \
    '  if [[ -e once ]]; then echo "no second time" >&2; exit 7; fi' '  touch once' fi \
    "exec $c_compiler \"\$@\"" >once-only
  chmod +x once-only
  rm -f program
  CXX_ALLOC_CC=$PWD/once-only exits 7 "$cc" heap.c warns.c -o program
  [[ $said == *'heed this'*'no second time'* && ! -e program ]]
}
run_checks
