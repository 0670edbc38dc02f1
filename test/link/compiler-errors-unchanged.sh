#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# What is wrong for the compiler is the compiler's to say: the same words and the same exit status, and no file appears
# or changes that would not without us.
echo 'int main() {}' >main.cc
g++ -c main.cc
echo '@loop.txt' >loop.txt
echo 'main.o "unclosed' >unclosed.txt
mkdir folder
printf 'main.o -o' >dangling.txt
touch secret
chmod 0 secret
for compiler in g++ clang++-22; do
  same() {
    same_as $compiler "$@"
    (($(stat -c %s main.o) > 100))
  }
  for words in missing.cc missing.o 'missing.cc missing.o main.o' -lno-such-library '-Lnone -lno-such-library main.o' \
               @missing.txt '@missing.txt main.o' @folder main.o\ @loop.txt 'main.o -o' 'main.o -Xlinker' 'main.o -x' 'main.o -T' \
               'main.cc -o' 'main.o @dangling.txt' '-o main.o' 'main.o -o folder' 'main.o -o none/main' \
               'main.o --no-such-option' 'main.o -Wl,--no-such-option' 'main.o -fuse-ld=none' '-x none' 'main.cc -x nothing' \
               'main.o -Wl,@missing.txt' 'main.o -T missing.ld' 'main.o -Wl,--version-script=missing.map' \
               'main.o -std=c++99' folder 'main.o -fsanitize=nothing' '-shared main.o -o folder' '-Wl,-l'; do
    same $words
  done
  same main.o @unclosed.txt
  same main.o ''
  same ''
  same '-o' ''
done

# Nor when the links of a parallel build read our objects meanwhile.
echo 'int main( {' >bad.cc
objects=$(runtime_dir)
(while :; do cat "$objects"/jemalloc/*/executable.o; done) >/dev/null 2>&1 &
reader=$!
status=0
for compiler in g++ clang++-22; do same_as $compiler bad.cc main.cc -o main || status=1; done
kill $reader
exit $status
