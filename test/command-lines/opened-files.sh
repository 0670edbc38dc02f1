#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# The file that the linker opens is the file that is read: libraries of one name in two folders, of which one brings a
# malloc. What --print-allocator=json says is held against the linker's own --trace.
cd "$fixtures"
echo 'int quiet_one(void) { return 0; }' >quiet.c
"$c_compiler" -fPIC -c quiet.c
for folder in loud quiet; do
  mkdir $folder
  object=$([[ $folder == loud ]] && echo own.o || echo quiet.o)
  ar rcs $folder/libx.a $object
  "$c_compiler" -shared $object -o $folder/libx.so
  ar rcs $folder/libonly_static.a $object
  cp $object $folder/piece.o
done
cd "$t"

# Links for real and compares: a file of loud/ was opened, or one was not, and we said so.
agrees() {
  local traced answer provider said_user=no opened=no
  traced=$("$compiler" "$@" -Wl,--trace -o bare 2>&1) || { printf '%s\n' "$traced" >&2; return 1; }
  answer=$("$cxx" "$@" --print-allocator=json)
  if [[ $answer == *'"allocator":"user"'* ]]; then said_user=yes; fi
  if [[ $traced == *loud* ]]; then opened=yes; fi
  if [[ $said_user != "$opened" ]]; then
    printf '%s\n' "$*: user's own: $said_user; opened by the linker: $opened" "$answer" "$traced" >&2
    return 1
  fi
  if [[ $said_user == yes ]]; then
    # The provider is one of the files that the linker opened.
    provider=$(python3 -c 'import json, sys, os; print(os.path.realpath(json.load(sys.stdin)["provider"].split("(")[0]))' <<<"$answer")
    local file found=no
    while read -r file; do
      file=${file#(}
      file=${file%%[()]*}
      if [[ -e $file && $(realpath "$file") == "$provider" ]]; then found=yes; fi
    done <<<"$traced"
    [[ $found == yes ]] || { printf '%s\n' "$*: $provider was not opened" "$traced" >&2; return 1; }
  fi
}
O1-order-of-folders() {
  agrees heap.o -Lloud -Lquiet -lx
  agrees heap.o -Lquiet -Lloud -lx
  agrees heap.o -lx -Lquiet -Lloud
  agrees heap.o -L quiet -L loud -lx
  agrees heap.o -Wl,-Lloud -Wl,-Lquiet -lx
  agrees heap.o -Wl,-Lquiet,-Lloud,-lx
  agrees heap.o -Lquiet -Wl,-L,loud -lx
  agrees heap.o -Wl,--library-path=quiet -Lloud -lx
  agrees heap.o -Xlinker -Lquiet -Lloud -Xlinker -lx
  agrees heap.o -Xlinker -L -Xlinker loud -l x
}
O2-static-or-shared() {
  mkdir a b
  cp loud/libx.a a
  cp quiet/libx.so a
  cp quiet/libx.a b
  cp loud/libx.so b
  mv a loud-a
  # .so before .a in one folder.
  [[ $(decision heap.o -Lb -lx) == 'executable user user-symbols' ]]
  [[ $(decision heap.o -Lloud-a -lx) == 'executable jemalloc output-default' ]]
  [[ $(decision heap.o -Lloud-a -Wl,-Bstatic -lx -Wl,-Bdynamic) == 'executable user user-symbols' ]]
  [[ $(decision heap.o -Lb -Wl,-Bstatic -lx -Wl,-Bdynamic) == 'executable jemalloc output-default' ]]
  [[ $(decision heap.o -Lloud-a -static -lx) == 'executable user user-symbols' ]]
  [[ $(decision heap.o -Lb -static -lx) == 'executable jemalloc output-default' ]]
  [[ $(decision heap.o -Lb -Wl,-dn,-lx,-dy) == 'executable jemalloc output-default' ]]
  # A folder with the .a only, before one with the .so.
  agrees heap.o -Lquiet -Lloud -lonly_static
  agrees heap.o -Lloud -Lquiet -lonly_static
  mkdir only
  cp loud/libx.a only/libx.a
  mv only loud-only
  agrees heap.o -Lloud-only -Lquiet -lx
}
O3-l-colon-names() {
  agrees heap.o -Lloud -Lquiet -l:libx.a
  agrees heap.o -Lquiet -Lloud -l:libx.a
  agrees heap.o -Lquiet -Lloud -l:piece.o
  agrees heap.o -Lloud -Lquiet -l:libx.so -Wl,-rpath,loud
  agrees heap.o -Lquiet -Lloud -Wl,-l:libx.a
  agrees heap.o -Lloud -Wl,--library=:libx.a
}
O4-text-scripts() {
  mkdir scripts
  echo 'INPUT(piece.o)' >scripts/libi.so
  echo 'GROUP ( libx.a )' >scripts/libg.so
  echo '/* GNU ld script */ OUTPUT_FORMAT(elf64-x86-64) GROUP ( libonly_static.a AS_NEEDED ( libx.so ) )' >scripts/libn.so
  echo "INPUT($PWD/loud/libx.a)" >scripts/liba.so
  echo 'INPUT(-lx)' >scripts/libl.so
  echo 'INPUT ( "loud/libx.a" , quiet/piece.o )' >scripts/libq.so
  echo 'SEARCH_DIR(loud) INPUT(-lonly_static)' >scripts/libs.so
  for first in loud quiet; do
    second=$([[ $first == loud ]] && echo quiet || echo loud)
    for name in i g n l; do agrees heap.o -Lscripts -L$first -L$second -l$name -Wl,-rpath,$first; done
  done
  for name in a q s; do agrees heap.o -Lscripts -Lquiet -l$name; done
  agrees heap.o -Lquiet scripts/liba.so
  # bfd, gold and lld look beside the script first (mold 1.10 in the folders of -L).
  mkdir scripts-loud
  cp loud/piece.o scripts/libi.so scripts-loud
  [[ $(decision heap.o -Lquiet -Lscripts-loud -li) == 'executable user user-symbols' ]]
  for linker in bfd gold lld; do
    with_linker $linker
    keeps_users_own "${with[@]}" heap.o -Lquiet -Lscripts-loud -li
  done
  # Nested.
  echo 'INPUT(-li)' >scripts/libnested.so
  agrees heap.o -Lscripts -Lloud -lnested
}
O5-thin-and-lazy-archives() {
  ar rcsT loud/libthin.a loud/piece.o
  ar rcsT quiet/libthin.a quiet/piece.o
  agrees heap.o -Lloud -Lquiet -lthin
  agrees heap.o -Lquiet -Lloud -lthin
  agrees heap.o loud/libthin.a
  agrees heap.o -Wl,--whole-archive loud/libx.a -Wl,--no-whole-archive
  agrees heap.o -Wl,--whole-archive quiet/libx.a -Wl,--no-whole-archive
  for linker in gold lld mold; do
    with_linker $linker
    [[ $(decision "${with[@]}" heap.o -Wl,--start-lib loud/piece.o -Wl,--end-lib) == 'executable user user-symbols' ]]
    keeps_users_own "${with[@]}" heap.o -Wl,--start-lib loud/piece.o -Wl,--end-lib
    [[ $(decision "${with[@]}" heap.o -Wl,--start-lib quiet/piece.o -Wl,--end-lib) == 'executable jemalloc output-default' ]]
  done
  agrees heap.o -Wl,--start-group loud/libx.a quiet/libx.a -Wl,--end-group
}
O6-sysroot-and-equals() {
  mkdir -p root/loud root/usr/lib root/lib
  cp loud/* root/loud
  cp loud/libx.a root/usr/lib/libinroot.a
  # Without a libc in it the root is good for an answer only; ld's own rules are the measure.
  [[ $(decision heap.o --sysroot=root -L=/loud -lx) == 'executable user user-symbols' ]]
  [[ $(decision heap.o --sysroot="$PWD/root" -L=/loud -lx) == 'executable user user-symbols' ]]
  [[ $(decision heap.o --sysroot "$PWD/root" '-L$SYSROOT/loud' -lx) == 'executable user user-symbols' ]]
  [[ $(decision heap.o --sysroot="$PWD/root" -Wl,-L=/loud -lx) == 'executable user user-symbols' ]]
  [[ $(decision heap.o --sysroot="$PWD/root" -linroot) == 'executable user user-symbols' ]]
  [[ $(decision heap.o --sysroot="$PWD/root" -Lquiet -lx) == 'executable jemalloc output-default' ]]
  [[ $(decision heap.o -L=/loud -Lquiet -lx) == 'executable jemalloc output-default' ]]
  # With the machine's own root all of it can be linked.
  agrees heap.o --sysroot=/ -L="$PWD/loud" -lx
  agrees heap.o --sysroot=/ -L="$PWD/quiet" -Lloud -lx
  agrees heap.o -Wl,--sysroot=/ -Wl,-L="$PWD/loud" -lx
}
O7-b-and-library-path() {
  # For g++ the folder of -B is one of libraries too, before those of -L; for clang++ it is not.
  if is_gnu; then
    agrees heap.o -B "$PWD/loud" -lx
    agrees heap.o -B quiet -lx
  fi
  agrees heap.o -B quiet/ -Lloud -lx
  agrees heap.o -Bloud/ -Lquiet -lx
  LIBRARY_PATH=loud agrees heap.o -lx
  LIBRARY_PATH=quiet:loud agrees heap.o -lx
  LIBRARY_PATH=loud:quiet agrees heap.o -lx
  LIBRARY_PATH=loud agrees heap.o -Lquiet -lx
  LIBRARY_PATH=quiet agrees heap.o -Lloud -lx
  LIBRARY_PATH=$PWD/loud:/nonexistent agrees heap.o -lonly_static
  COMPILER_PATH=loud agrees heap.o -Lquiet -lx
}
O8-compilers-own-folders() {
  # A name that the machine has, and a folder of the user's before it.
  mkdir mine
  cp loud/libx.a mine/libm.a
  mv mine loud-mine
  agrees heap.o -Lloud-mine -Wl,-Bstatic -lm -Wl,-Bdynamic
  agrees heap.o -lm
  agrees heap.o -lpthread -ldl -lrt
}
run_checks
