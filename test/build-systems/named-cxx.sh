#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# In front of the compilers in PATH, under their names: a build that names no compiler finds us and works, and we find the
# compiler behind us.
needs make
echo 'int main() { delete new int; }' >main.cc
echo 'int main(void) { return 0; }' >c.c
printf '%s\n' 'cmake_minimum_required(VERSION 3.20)' 'project(named C CXX)' 'add_executable(main main.cc)' \
  'add_executable(c c.c)' >CMakeLists.txt
printf '%s\n' "project('named', 'c', 'cpp')" "executable('main', 'main.cc')" "executable('c', 'c.c')" >meson.build
mkdir bin
for name in c++ g++ cc gcc; do ln -s "$cxx" bin/$name; done
export PATH=$t/bin:$PATH
quietly cmake -S . -B cmake -G Ninja
quietly cmake --build cmake
CC=cc CXX=c++ quietly meson setup meson    # or it puts ccache or sccache in front
quietly meson compile -C meson
mkdir make
cp main.cc c.c make
quietly make -C make main c
for folder in cmake meson make; do
  has_jemalloc $folder/main
  has_jemalloc $folder/c
  not defines_operators $folder/c
done
grep -q "$t/bin/c++" cmake/CMakeCache.txt
