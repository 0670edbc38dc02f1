#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Checklist 17-26: languages, and whatever may stand for an input or an output.

from_stdin() { "$@" <main.cc; }

17-x-language-on-stdin() {
  from_stdin silently "$cxx" -x c++ - -o a
  has_jemalloc "$PWD/a"
}
18-x-language-then-none() {
  from_stdin silently "$cxx" -xc++ - -o a
  has_jemalloc "$PWD/a"
  cp main.cc main.text
  links_jemalloc -x c++ main.text -x none f.o
  links_jemalloc f.o -xc++ main.text
}
19-many-inputs-one-injection() {
  "$compiler" -shared f.o -o libe.so
  echo 'int g() { return 2; }' >g.cc
  "$compiler" -c g.cc
  ar rcs libd.a g.o
  echo 'int h;' >h.cc
  links_jemalloc main.cc h.cc f.o libd.a -L. -le -Wl,-rpath,.
  linker_words_of "$cxx" main.cc h.cc f.o libd.a -L. -le -o program >words.txt
  [[ $(grep -c '/executable\.o$' words.txt) == 1 ]]
  [[ $(grep -c '/operators\.o$' words.txt) == 1 ]]
}
20-dev-null-probes() {
  passes -x c++ /dev/null -c -o /dev/null
  passes -x c++ -fsyntax-only /dev/null
  passes -Wno-such-warning -Werror -x c++ -c /dev/null -o /dev/null
  local bare=0 ours=0
  for words in 'main.cc /dev/null' '-x c++ /dev/null' '-x c++ main.cc /dev/null'; do
    "$compiler" $words -o a >said.txt 2>&1 || bare=$?
    "$cxx" $words -o a >said.txt 2>&1 || ours=$?
    [[ $bare == "$ours" ]]
  done
  [[ -c /dev/null ]]
}
21-spellings-of-output() {
  for words in -oout --output=out '--output out' '-o out'; do
    rm -f out
    silently "$cxx" main.o $words
    has_jemalloc "$PWD/out"
  done
  silently "$cxx" main.o
  has_jemalloc "$PWD/a.out"
  silently "$cxx" main.cc -o /dev/null
  [[ -c /dev/null ]]
  # A file called "-": what the linker makes of it.
  silently "$cxx" main.o -o -
  "$compiler" main.o -o ./-bare
  [[ -e ./- ]]
  has_jemalloc "$PWD/-"
}
22-dangling-option() {
  local word
  for word in -o -Xlinker -x -T -L -I -u -Xpreprocessor -include; do passes main.cc $word; done
}
23-two-dashes() {
  if is_gnu; then
    same_everything -- main.cc                                    # g++ 12 rejects the word
    same_everything main.cc --
    return
  fi
  rm -f a.out
  silently "$cxx" -- main.cc
  has_jemalloc "$PWD/a.out"
  silently "$cxx" -o a -- main.cc f.cc
  has_jemalloc "$PWD/a"
}
24-odd-file-names() {
  local name
  for name in '-Wl,x' 'with space' 'a,comma' $'new\nline' $'not\xffutf8' '@at' 'quote"s' 'back\slash' '$HOME'; do
    cp main.cc "./$name.cc"
    gets_untouched -c "$PWD/$name.cc" -o "./$name.o"
    rm -f a.out
    silently "$cxx" "./$name.cc"
    has_jemalloc "$PWD/a.out"
    cp main.cc "./@$name.cc"
    same_everything -c "./@$name.cc" -o x.o
    silently "$cxx" -c "$PWD/$name.cc" -o "./$name.o"
    # An object: a linker's word is not read for options.
    silently "$cxx" "$PWD/$name.o" -o "./$name"
    has_jemalloc "$PWD/$name"
  done
}
25-linker-inputs-by-any-name() {
  "$compiler" -shared f.o -o foo.so.1.2
  cp main.o main.lo
  cp main.o main.pico
  cp main.o object
  ar rcs libx.a main.o
  cp libx.a x.rlib
  links_jemalloc main.o foo.so.1.2 -Wl,-rpath,.
  for file in main.lo main.pico object; do links_jemalloc $file; done
  links_jemalloc -Wl,--whole-archive x.rlib -Wl,--no-whole-archive
  links_jemalloc -L. -l:libx.a
  cp own.o own.pico
  ar rcs own.rlib own.o
  decides 'executable user user-symbols' main.o own.pico
  decides 'executable user user-symbols' main.o own.rlib
}
26-implicit-linker-script() {
  echo 'INPUT(f.o)' >script.ld
  echo 'GROUP ( f.o )' >script.unknown
  for script in script.ld script.unknown; do
    links_jemalloc $script main.o
    says ' T _Z1fv$' nm program
  done
  # What a script names is an input like any other.
  echo 'INPUT(own.o)' >own.ld
  decides 'executable user user-symbols' own.ld heap.o
  keeps_users_own own.ld heap.o
}
run_checks
