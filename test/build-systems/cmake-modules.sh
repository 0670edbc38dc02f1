#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# C++20 modules: CMake hands our -print-resource-dir to clang-scan-deps, and the scan lines name us. From CMake 3.28 on.
cmake=${cmakes[-1]}
[[ $("$cmake" --version) =~ ([0-9]+)\.([0-9]+) ]]
((BASH_REMATCH[1] > 3 || BASH_REMATCH[2] >= 28)) || skip "CMake ${BASH_REMATCH[0]} has no modules; 3.28 has"
needs clang-scan-deps-22
cat >greeting.cppm <<'CODE'
module;
#include <string>
export module greeting;
export std::string greeting() { return std::string(300, 'g'); }
CODE
echo 'import greeting; int main() { return greeting().size() == 300 ? 0 : 1; }' >main.cc
cat >CMakeLists.txt <<'CODE'
cmake_minimum_required(VERSION 3.28)
project(modules CXX)
set(CMAKE_CXX_STANDARD 20)
add_library(greeting STATIC)
target_sources(greeting PUBLIC FILE_SET CXX_MODULES FILES greeting.cppm)
add_library(shared SHARED)
target_sources(shared PUBLIC FILE_SET CXX_MODULES FILES greeting.cppm)
add_executable(main main.cc)
target_link_libraries(main greeting)
add_executable(of_shared main.cc)
target_link_libraries(of_shared shared)
CODE
mkdir bin
ln -s "$cxx" bin/clang++-22-alloc
for name in bin/clang++-22-alloc "$cxx"; do
  rm -rf tree
  CXX=$(realpath -s "$name") CXX_ALLOC_CXX=clang++-22 quietly "$cmake" -S . -B tree -G Ninja
  CXX_ALLOC_CXX=clang++-22 quietly "$cmake" --build tree
  has_jemalloc tree/main
  has_jemalloc tree/of_shared
  not defines_jemalloc tree/libshared.so
done
