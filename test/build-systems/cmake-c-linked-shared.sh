#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# CMake links a C library with C++ inside by the C compiler, and adds the libraries that it saw the C++ compiler link. None
# of ours is among them, whether the C compiler is ours or not; an archive of ours would be.
echo 'int *part() { return new int; }' >part.cc
echo 'int c(void) { return 1; }' >c.c
echo 'int *part(); int main() { delete part(); }' >main.cc
cat >CMakeLists.txt <<'CODE'
cmake_minimum_required(VERSION 3.20)
project(mixed C CXX)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_library(part STATIC part.cc)
add_library(mixed SHARED c.c)
target_link_libraries(mixed PRIVATE part -Wl,--whole-archive part -Wl,--no-whole-archive)
set_target_properties(mixed PROPERTIES LINKER_LANGUAGE C)
add_executable(main main.cc)
target_link_libraries(main mixed)
CODE
for c in gcc "$cc"; do
  rm -rf tree
  CC=$c CXX=$cxx quietly cmake -S . -B tree -G Ninja
  quietly cmake --build tree --verbose
  [[ $(grep -- '-shared' output) == *' -lstdc++'* ]]
  not defines_jemalloc tree/libmixed.so
  not grep -aF cxa_je_ tree/libmixed.so
  has_jemalloc tree/main
done
