#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# usage: static-library.sh COMPILER. --emit-static-lib compiles and archives, over g++ as over clang++: the members
# asked for and nothing of ours; the same bytes each time; and the compiler alone can link it.
compiler=$1
export CXX_ALLOC_CXX=$compiler
echo 'int *f() { return new int; }' >f.cc
echo 'int *f(); int g() { delete f(); return 0; }' >g.cc
echo 'int g(); int h() { return g(); }' >h.cc
echo 'int h(); int main() { return h(); }' >main.cc
"$compiler" -O1 -c h.cc

silently "$cxx" --emit-static-lib -O1 f.cc g.cc h.o -o libf.a
[[ $(ar t libf.a | sed 's/-[0-9a-f]*\.o$/.o/' | paste -sd' ') == 'f.o g.o h.o' ]]
[[ $(nm libf.a 2>&1) != *malloc* && $(nm libf.a) != *'W _Znwm'* ]]
"$compiler" main.cc libf.a -o main
./main
has_system main
silently "$cxx" main.cc libf.a -o main
has_jemalloc main
for file in f.o g.o; do [[ ! -e $file ]]; done

if [[ $compiler == g++ ]]; then
  cp libf.a first.a
  sleep 1.1                                                       # a time stamp would tell the two apart
  silently "$cxx" --emit-static-lib -O1 f.cc g.cc h.o -o libf.a
  cmp libf.a first.a
  (umask 027; silently "$cxx" --emit-static-lib f.cc -o mode.a)
  [[ $(stat -c %a mode.a) == 640 ]]
fi
# Replaced, not added to.
silently "$cxx" --emit-static-lib h.o -o libf.a
[[ $(ar t libf.a) == h.o ]]
# From stdin, another language, an @file, with words that are the linker's.
echo 'int stdin_function() { return 0; }' | silently "$cxx" --emit-static-lib -x c++ - -o stdin.a
[[ $(nm -C stdin.a) == *'T stdin_function()'* ]]
cp f.cc odd.name
echo '--emit-static-lib -x c++ odd.name -o odd.a' >words.txt
silently "$cxx" @words.txt
[[ $(nm -C odd.a) == *'T f()'* ]]
mkdir one two
cp f.cc one/same.cc
cp g.cc two/same.cc
silently "$cxx" --emit-static-lib one/same.cc two/same.cc -o same.a
[[ $(ar t same.a | wc -l) == 2 ]]
[[ $(nm -C same.a) == *'T f()'*'T g()'* ]]
silently "$cxx" --emit-static-lib f.cc -o 'a, b.a'
[[ -s 'a, b.a' ]]
# The words of a compile step are the user's own, not clang's names for them; and those for the linker are left aside.
for words in -flto -ftree-vectorize -frecord-gcc-switches '--define-macro=A -D B' '--param max-inline-insns-single=5' -Wl,-o,zz; do
  if [[ $compiler != g++ && $words == *-param* ]]; then continue; fi    # GCC's alone
  silently "$cxx" --emit-static-lib $words f.cc -o words.a
  [[ -s words.a && ! -e zz ]]
  rm words.a
done
if [[ $compiler == g++ ]]; then
  silently "$cxx" --emit-static-lib -flto=auto -Wmissing-include-dirs f.cc -o words.a
  [[ $(readelf -S words.a) == *.gnu.lto_* ]]
fi
# What a compiler leaves beside the objects is where clang's own --emit-static-lib leaves it, and the archive names that place.
beside=(-g -gsplit-dwarf --coverage -MD)
if [[ $compiler == g++ ]]; then beside+=(-fstack-usage); fi
mkdir -p out/lib
silently "$cxx" --emit-static-lib "${beside[@]}" f.cc g.cc -o out/lib/beside.a
for name in beside.a-f.dwo beside.a-f.gcno beside.a-g.dwo beside.a-g.gcno beside.d; do [[ -s out/lib/$name ]]; done
if [[ $compiler == g++ ]]; then [[ -s out/lib/beside.a-f.su ]]; fi
[[ $(head -n 1 out/lib/beside.d) == 'out/lib/beside.a: g.cc'* ]]
[[ $(strings -a out/lib/beside.a | grep -c 'out/lib/beside.a-[fg]\.\(dwo\|gcda\)$') == 4 ]]
silently "$cxx" --emit-static-lib -MMD -MF rules.d -MT goal f.cc -o goal.a
[[ $(<rules.d) == 'goal: f.cc'* ]]
# A profile that the program writes is found by the next build.
if [[ $compiler == g++ ]]; then
  echo 'int *f(); int main() { delete f(); }' >trained.cc
  silently "$cxx" --emit-static-lib -O1 -fprofile-generate f.cc -o trained.a
  silently "$cxx" -fprofile-generate trained.cc trained.a -o trained
  ./trained
  [[ -s trained.a-f.gcda ]]
  silently "$cxx" --emit-static-lib -O1 -fprofile-use -Wmissing-profile -Werror f.cc -o trained.a
fi
# The index is there: a linker finds the symbols.
echo 'int *f(); int main() { delete f(); }' >main.cc
for linker in bfd gold lld mold; do "$compiler" -fuse-ld=$linker main.cc odd.a -o main; done
./main
