#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "${BASH_SOURCE[0]}")/agree.bash"
# Only what this run wrote is judged or taken away, wherever the words say that it goes. What is said is what became true.

# The files here are the same after the bare driver and after ours, but for what the link wrote: names, kinds, whereto links point,
# how many names a file has, and the text of what was there before. Both forms of a program that must be linked twice.
same_files() {
  local who inputs
  for inputs in "$inputs_of_a_relink" "${inputs_of_a_relink//.c/.o}"; do
    for who in bare ours; do
      rm -rf "$t/$who.folder"
      cp -a "$PWD" "$t/same.folder"
      (
        cd "$t/same.folder"
        "$setup"
        if [[ $who == bare ]]; then exec "$c_compiler" -w -fno-builtin $inputs "$@"; else exec "$cc" -w -fno-builtin $inputs "$@"; fi
      ) >"$t/$who.txt" 2>&1 || echo "status $?" >>"$t/$who.txt"
      (cd "$t/same.folder" && find . -printf '%p %y %l %n\n' | sort && cat precious) >"$t/$who.list"
      mv "$t/same.folder" "$t/$who.folder"
    done
    if ! diff "$t/bare.list" "$t/ours.list" >&2 || ! diff "$t/bare.txt" "$t/ours.txt" >&2; then echo "$inputs $*" >&2; return 1; fi
  done
}
inputs_of_a_relink='full.c own.c'
prepare() { objects full own four; echo precious >precious; }
nothing_to_set_up() { :; }

P1-an-output-that-is-a-link() {
  prepare
  setup=link_to_a_file
  link_to_a_file() { echo other >target; ln -s target x; }
  # mold 1.10 follows a link; the other three replace it, as they do without us.
  local mold=-fuse-ld=mold
  mkdir sub
  for words in '-o x' '--output=x' '-Wl,-o,x' '-o sub/../x'; do same_files $mold $words; done
  same_files $mold -o x
  [[ -L $t/ours.folder/x && -x $t/ours.folder/target ]]
  not defines_jemalloc "$t/ours.folder/target"
  same_files -o x
  with_linker lld
  same_files "${with[@]}" -o x
  setup=dangling_link
  dangling_link() { ln -s target x; }
  same_files $mold -o x
  setup=chain_of_links
  chain_of_links() { mkdir d; echo other >d/end; ln -s end d/middle; ln -s d/middle x; }
  same_files $mold -o x
  setup=link_to_outside
  link_to_outside() { ln -s ../precious_outside x; }
  same_files $mold -o x
  setup=hard_link
  hard_link() { echo other >x; ln x y; }
  same_files $mold -o x
  same_files -o x
  setup=link_as_aout
  link_as_aout() { echo other >target; ln -s target a.out; }
  same_files $mold
  # And a program of which nothing is linked twice.
  inputs_of_a_relink=full.c
  setup=link_to_a_file
  same_files $mold -o x
}
P2-the-linkers-own-output-word() {
  prepare
  setup=an_older_program
  an_older_program() { cp /bin/true a.out; }
  for words in -Wl,-o,foo -Wl,--output=foo '-Xlinker --output -Xlinker foo' '-Wl,-o -Wl,foo' -Wl,-ofoo '-o bar -Wl,-o,foo'; do
    same_files $words
    cmp "$t/ours.folder/a.out" /bin/true
  done
  for inputs_of_a_relink in full.c 'full.c four.c'; do same_files -Wl,-o,foo; done
  if is_gnu; then same_files -fuse-ld=bfd -Wl,--outp=foo; fi
  echo '-o foo' >out.rsp
  for words in @out.rsp -Wl,@out.rsp; do same_files $words; done
  rm -f foo log
  CXX_ALLOC_LOG=$PWD/log "$cc" full.o -Wl,-o,foo
  has_jemalloc ./foo
  [[ $(<log) == *'"allocator":"jemalloc"'* ]]
}
P6-a-source-that-asks() {
  printf '#include <cxx_alloc/use_system.h>\nint main() {}\n' >asks.cc
  "$compiler" -I "$include" -c asks.cc
  for input in asks.cc asks.o; do
    rm -f log
    CXX_ALLOC_LOG=$PWD/log "$cxx" -I "$include" -v $input -o program 2>said.txt
    has_system ./program
    # One line, and a true one.
    [[ $(grep -c '^cxx-alloc: ' said.txt) == 1 ]]
    [[ $(grep '^cxx-alloc: ' said.txt) == 'cxx-alloc: executable: system'* ]]
    [[ $(<log) == *'"allocator":"system"'* && $(wc -l <log) == 1 ]]
  done
  # Before the source was read nobody knows, and that is what is said.
  [[ $("$cxx" -I "$include" --print-allocator=json asks.cc) == *'"certain":false'* ]]
  [[ $("$cxx" --print-allocator=json asks.o) == *'"allocator":"system"'*'"certain":true'* ]]
}
P7-a-note-only-where-leaving-ours-out-helps() {
  echo 'void missing_function(); int main() { missing_function(); }' >bad.cc
  "$compiler" -c bad.cc
  objects full own
  for linker in bfd gold lld mold; do
    with_linker $linker
    # With and without us the same is wrong: the same words, and no more.
    for words in bad.o bad.cc 'main.cc -Wl,--no-such-word' 'main.cc main.cc' '-Wl,-T,missing.ld main.cc' 'main.cc -Wl,--require-defined=nothing'; do
      same_as "$compiler" "${with[@]}" $words -o a
    done
  done
}
P8-answers-to-a-full-disk() {
  for words in '--print-allocator main.cc' '--print-allocator=json main.cc' --allocator-version --allocator-help '--print-allocator -c main.cc'; do
    local status=0
    "$cxx" $words >/dev/full 2>said.txt || status=$?
    ((status == 1)) || { echo "$words: exit status $status" >&2; cat said.txt >&2; return 1; }
    [[ $(<said.txt) == 'cxx-alloc: error: '*'No space left'* && $(wc -l <said.txt) == 1 ]]
  done
  # A log that cannot be written is a warning, and the program is there.
  CXX_ALLOC_LOG=/dev/full exits 0 "$cxx" main.cc -o program
  [[ $said == 'cxx-alloc: warning: '* ]]
  has_jemalloc ./program
}
P9-static-libraries-of-sources-behind-two-dashes() {
  for words in '--emit-static-lib -o l.a -- f.cc' '--emit-static-lib -ol.a f.cc' '--emit-static-lib --output=l.a f.cc' '-O2 --emit-static-lib -o l.a -DX=1 f.cc' '--emit-static-lib f.cc -o l.a' '--emit-static-lib -x c++ f.cc -o l.a' \
               '--emit-static-lib -o l.a @words'; do
    echo 'f.cc' >words
    rm -f l.a
    silently "$cxx" $words
    [[ $(nm l.a) == *' T _Z1fv'* ]] || { echo "$words: no f in it" >&2; return 1; }
  done
  # Words whose values look like sources.
  rm -f l.a
  silently "$cxx" --emit-static-lib -include f.cc main.cc -o l.a
  [[ $(ar t l.a | wc -l) == 1 ]]
}
run_checks
