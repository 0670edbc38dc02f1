#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# usage: masquerade.sh FOLDER PROGRAM: Debian's folder of links to ccache or distcc, in front of the compilers in PATH. We find
# the compiler through it; and where we are c++ ourselves, as an alternative, it finds us and we the compiler, not each other
# for ever.
folder=$1
needs "$2"
[[ -x $folder/g++ && -x $folder/gcc ]]
unset CCACHE_DISABLE
export CCACHE_DIR=$t/cache DISTCC_DIR=$t/distcc DISTCC_HOSTS=localhost
echo 'int main() { delete new int; }' >main.cc
mkdir distcc
path=$PATH
PATH=$folder:$PATH
silently "$cxx" -c main.cc -o main.o
silently "$cxx" main.o -o main
has_jemalloc main

# As the alternative, where g++ stands under its own name.
mkdir alternatives compilers
for name in gcc g++ as ld; do ln -s "/usr/bin/$name" compilers/$name; done
for name in c++ cc; do ln -s "$cxx" alternatives/$name; done
PATH=$folder:$t/alternatives:$t/compilers
for command in c++ "$folder/c++" "$t/alternatives/c++" "$cxx"; do
  if [[ $command == "$folder/c++" && ! -e $command ]]; then continue; fi    # since Debian 13
  silently "$command" -c main.cc -o main.o
  silently "$command" main.o -o main
  PATH=$path has_jemalloc main
done
# As all of them, in front of the compilers.
PATH=$path
for name in gcc g++; do ln -s "$cxx" alternatives/$name; done
ln -s g++ compilers/c++
ln -s gcc compilers/cc
PATH=$folder:$t/alternatives:$t/compilers
for command in c++ g++; do
  silently "$command" -c main.cc -o main.o
  silently "$command" main.o -o main
  PATH=$path has_jemalloc main
done
PATH=$path
