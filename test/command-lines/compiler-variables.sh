#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "${BASH_SOURCE[0]}")/agree.bash"
# CXX_ALLOC_CXX and CXX_ALLOC_CC hold words, not a name: launchers, the driver, and options that are as much a part of the command
# line as the user's. `driver_words` is what stands there, and what the bare line begins with.

C1-options-of-the-variable-are-read() {
  objects full own
  object lib
  driver_words="$c_compiler -static" agree any full.o
  driver_words="$c_compiler -no-pie -Wl,-z,now" agree jemalloc full.o
  driver_words="$c_compiler own.o" agree user full.o
  echo '{ global: main; local: *; };' >all.map
  driver_words="$c_compiler -fuse-ld=bfd -Wl,--version-script=all.map" agree system full.o
  driver_words="$c_compiler -fuse-ld=bfd -Wl,--version-script -Wl,all.map" agree system full.o
  driver_words="$c_compiler -Xlinker --version-script=all.map -fuse-ld=bfd" agree system full.o
  echo '-Wl,--version-script=all.map' >words
  driver_words="$c_compiler -fuse-ld=bfd @words" agree system full.o
  driver_words="$c_compiler -L . -I include -D X=1 -Wl,-rpath -Wl,." agree jemalloc full.o
  driver_words="$c_compiler -fno-builtin -I $include" agree jemalloc full.c
}
C2-sanitizers-of-the-variable() {
  local kind
  for kind in thread address undefined leak; do
    object full -fsanitize=$kind
    driver_words="$c_compiler -fsanitize=$kind" agree any full.o
    [[ $(CXX_ALLOC_CC="$c_compiler -fsanitize=$kind" "$cc" --print-allocator=json full.o) == *"\"allocator\":\"$(if [[ $kind == undefined ]]; then echo jemalloc; else echo user; fi)\""* ]]
  done
  object full
  driver_words="$c_compiler -fsanitize=address -fno-sanitize=address" agree jemalloc full.o
}
C3-kinds-of-the-variable() {
  object lib
  for words in -shared '-no-pie -nostdlib -Wl,-shared' '-nostdlib -r'; do
    CXX_ALLOC_CC="$c_compiler $words" silently "$cc" lib.o -o made
    $c_compiler $words lib.o -o bare
    not defines_jemalloc made
    [[ $(readelf -h made | grep Type:) == "$(readelf -h bare | grep Type:)" ]]
  done
  CXX_ALLOC_CXX="$compiler -c" silently "$cxx" main.cc
  [[ -s main.o ]]
  CXX_ALLOC_CXX="$compiler -E" silently_like_bare -E main.cc
  CXX_ALLOC_CXX="$compiler -S" silently_like_bare -S main.cc
  not test -e a.out
}
silently_like_bare() { "$cxx" "${@:2}" >ours.txt && "$compiler" "$@" >bare.txt && cmp bare.txt ours.txt; }
C4-another-machine-by-the-variable() {
  if ! is_gnu; then not_applicable 'g++ -m32 is enough'; fi
  needs_link -m32 -shared -x c -
  gcc -m32 -w -fPIC -c main.c -o m.o
  # Not every kernel runs it; that it links shows that nothing for another machine was on the line.
  CXX_ALLOC_CC='gcc -m32' exits 0 "$cc" m.o -o program
  [[ $(CXX_ALLOC_CC='gcc -m32' "$cc" --print-allocator=json m.o) == *'"target":"i386-linux-gnu"'* ]]
  driver_words='gcc -m32 -m64' agree jemalloc min.c
  CXX_ALLOC_CC='gcc -m32' CXX_ALLOC_LOG=$PWD/log exits 0 "$cc" -m64 main.c -o program
  has_jemalloc ./program
}
C5-values-are-not-the-driver() {
  mkdir D dir.cc
  language=c++
  object cc
  for words in '-isystem D' '-I D' '-L D' '-D D' '-include stddef.h' '-isystem dir.cc' '-Xlinker -z -Xlinker now' '-x none' '-u main' '-idirafter D' '-MF D/x'; do
    driver_words="$compiler $words" agree jemalloc cc.o
    driver_words="$compiler $words" agree jemalloc main.cc
  done
  # It is a C++ driver still: the operators are ours too.
  CXX_ALLOC_CXX="$compiler -isystem D" "$cxx" cc.o -o program
  defines_operators program
}
C6-launchers-of-every-length() {
  language=c++
  object cc
  printf '#!/bin/sh\nexec "$@"\n' >launcher
  chmod +x launcher
  ln -s launcher sccache
  driver_words="env $compiler" agree jemalloc cc.o
  driver_words="env A=B $compiler" agree jemalloc cc.o
  driver_words="env A=B C=D nice $compiler" agree jemalloc cc.o
  driver_words="$PWD/launcher $compiler" agree jemalloc cc.o
  driver_words="$PWD/launcher $PWD/sccache $compiler" agree jemalloc cc.o
  driver_words="$PWD/launcher env A=B $compiler -isystem sub -pthread" agree jemalloc cc.o
  driver_words="nice -n 5 $compiler" agree jemalloc cc.o
  # `--` ends their options, and their options are not a compiler's.
  for words in 'env --' 'nice -n 5 --' 'env -u X --' 'timeout -k 5 60' 'stdbuf -o L' 'setarch x86_64 -R' 'env LIBRARY_PATH=/nowhere'; do
    driver_words="$words $compiler" agree jemalloc cc.o
  done
  if command -v mold >/dev/null && is_gnu; then driver_words="mold -run $compiler" agree jemalloc cc.o; fi
  if command -v ccache >/dev/null; then CCACHE_DIR=$PWD/cache driver_words="ccache $compiler" agree jemalloc cc.o; fi
}
C7-launchers-in-the-launcher-form() {
  "$compiler" -c main.cc
  printf '#!/bin/sh\nexec "$@"\n' >launcher
  chmod +x launcher
  for words in "$compiler" "$PWD/launcher $compiler" "env $compiler" "env A=B $compiler" "$PWD/launcher env A=B $compiler -pthread" "nice $compiler" "ccache $compiler"; do
    if [[ $words == ccache* ]] && ! command -v ccache >/dev/null; then continue; fi
    rm -f program log
    CXX_ALLOC_LOG=$PWD/log CCACHE_DIR=$PWD/cache silently "$cxx" --allocator-launch $words main.o -o program
    has_jemalloc ./program
    [[ $(wc -l <log) == 1 && $(<log) == *'"allocator":"jemalloc"'* ]]
    # What cannot be is an error there as well.
    exits 1 "$cxx" --allocator=jemalloc --allocator-launch $words -fsanitize=address main.o -o refused || exits 1 "$cxx" --allocator-launch $words --allocator=jemalloc -fsanitize=address main.o -o refused
    not test -e refused
  done
}
C8-a-file-that-is-missing-switches-nothing-off() {
  object full
  printf '#!/bin/sh\n: >made.o\ncp full.o made.o\nexec %s "$@"\n' "$c_compiler" >maker
  chmod +x maker
  # The word names a file that is made by the driver itself before it links.
  rm -f made.o
  CXX_ALLOC_CC=$PWD/maker CXX_ALLOC_LOG=$PWD/log silently "$cc" made.o -o program
  has_jemalloc ./program
  [[ $(<log) == *'"allocator":"jemalloc"'* ]]
  # What the compiler says of one that is missing to the end is unchanged.
  for words in missing.o 'missing.o full.o' 'missing.c' 'full.o missing.a' 'missing/x.o full.o' 'full.o -lmissing' 'full.o @missing'; do
    CXX_ALLOC_CXX=$c_compiler same_as "$c_compiler" $words -o program
  done
}
C9-words-in-one-word() {
  "$compiler" -c main.cc
  for words in "-S '$compiler -pthread'" "--split-string='A=B $compiler'" "-S'-u X nice $compiler'"; do
    rm -f program
    CXX_ALLOC_CXX="env $words" silently "$cxx" main.o -o program
    has_jemalloc ./program
  done
  # What env replaces in it we do not.
  CXX_ALLOC_CXX="env -S '$compiler \$FLAGS'" exits 1 "$cxx" main.o -o refused
  [[ $said == 'cxx-alloc: error: CXX_ALLOC_CXX: env -S '* && ! -e refused ]]
}
C10-override-options() {
  if ! is_clang; then not_applicable 'an environment variable of clang'; fi
  object full
  object lib
  export CCC_OVERRIDE_OPTIONS
  for CCC_OVERRIDE_OPTIONS in '+-shared' '# +-shared' '+-fsanitize=address' 's/full/full/' '+-static' 'x-nothing' '^-no-pie'; do
    bare=0 ours=0
    rm -f bare made
    "$c_compiler" lib.o full.o -o bare 2>bare.txt || bare=$?
    "$cc" lib.o full.o -o made 2>ours.txt || ours=$?
    ((bare == ours)) || { cat ours.txt >&2; return 1; }
    if [[ $CCC_OVERRIDE_OPTIONS == *-shared* || $CCC_OVERRIDE_OPTIONS == *address* ]]; then not defines_jemalloc made; else has_jemalloc ./made; fi
  done
}
C11-a-libc-that-is-not-glibc() {
  if ! is_gnu; then not_applicable 'the wrappers of these libraries call gcc'; fi
  needs musl-gcc diet
  echo '#include <stdlib.h>
#include <string.h>
int main(void) { char *volatile p = malloc(10); if (!p) return 1; strcpy(p, "text"); free(p); return 0; }' >p.c
  for words in musl-gcc 'diet gcc' 'diet -Os gcc' 'musl-gcc -static'; do
    for input in p.c p.o; do
      $words -c p.c -o p.o
      rm -f program
      $words $input -o bare 2>bare.txt
      CXX_ALLOC_CC=$words CXX_ALLOC_LOG=$PWD/log "$cc" $input -o program 2>ours.txt
      cmp bare.txt ours.txt
      ./program
      not defines_jemalloc program
      # diet says -nostdlib, and so it is no libc at all to the driver.
      [[ $(tail -n 1 log) == *'"reason":"unavailable-for-target"'* || $words == diet* && $(tail -n 1 log) == *'"reason":"no-default-libs"'* ]]
      if [[ $words == musl* ]]; then
        CXX_ALLOC_CC=$words exits 1 "$cc" $input -o refused --allocator=jemalloc
        not test -e refused
      fi
    done
  done
}
C12-launchers-that-change-the-folder() {
  "$compiler" -c main.cc
  mkdir -p there/in
  mv main.o there/in
  for words in '-C there/in' '--chdir=there/in --' "-uX -C there env -C in" "-C $PWD/there/in"; do
    rm -f there/in/program log
    CXX_ALLOC_CXX="env $words $compiler" CXX_ALLOC_LOG=log silently "$cxx" main.o -o program
    has_jemalloc there/in/program
    [[ $(wc -l <log) == 1 && $(<log) == *'"allocator":"jemalloc"'*'"certain":true'* && $(<log) == *"\"directory\":\"$PWD/there/in\""* ]]
    rm there/in/program
    silently "$cxx" --allocator-launch env $words "$compiler" main.o -o program
    has_jemalloc there/in/program
    CXX_ALLOC_CXX="env $words $compiler" silently "$cxx" -c ../../f.cc -o f.o
    [[ -e there/in/f.o ]]
    rm there/in/f.o
  done
  CXX_ALLOC_CXX="env -C nowhere $compiler" exits 125 "$cxx" main.o -o program
  # A script does that without a word; we say that we do not know.
  printf '#!/bin/sh\ncd there/in\nexec "$@"\n' >into
  chmod +x into
  for file in '' main.o; do
    if [[ $file ]]; then cp there/in/main.o .; fi
    rm -f log there/in/program
    CXX_ALLOC_CXX="$PWD/into $compiler" CXX_ALLOC_LOG=log exits 0 "$cxx" main.o -o program
    [[ -e there/in/program && $said == 'cxx-alloc: warning: program: not there after the link, '* ]]
    [[ ! -e log || $(<log) == *'"certain":false'* ]]
  done
}
run_checks
