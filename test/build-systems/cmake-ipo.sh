#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# INTERPROCEDURAL_OPTIMIZATION: objects and archives are bitcode then, and read as such; a malloc that hides in them wins.
cp "$here"/{archive,program}.cc .
cat >owner.cc <<'CODE'
#include <cstddef>
extern "C" void *__libc_malloc(size_t);
extern "C" void __libc_free(void *);
extern "C" void *__libc_calloc(size_t, size_t);
extern "C" void *__libc_realloc(void *, size_t);
extern "C" void *malloc(size_t size) { return __libc_malloc(size); }
extern "C" void free(void *block) { __libc_free(block); }
extern "C" void *calloc(size_t count, size_t size) { return __libc_calloc(count, size); }
extern "C" void *realloc(void *block, size_t size) { return __libc_realloc(block, size); }
CODE
cat >CMakeLists.txt <<'CODE'
cmake_minimum_required(VERSION 3.20)
project(ipo CXX)
find_package(Threads REQUIRED)
set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
add_library(archive STATIC archive.cc)
add_library(shared SHARED archive.cc)
add_executable(program program.cc)
target_link_libraries(program archive Threads::Threads)
add_library(owner OBJECT owner.cc)
add_executable(owning program.cc)
target_link_libraries(owning archive owner Threads::Threads)
CODE
for compilers in 'gcc g++' 'clang-22 clang++-22'; do
  rm -rf tree
  flags=()
  if [[ $compilers == clang* ]]; then flags=(-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld -DCMAKE_SHARED_LINKER_FLAGS=-fuse-ld=lld); fi
  as ours $compilers quietly cmake -S . -B tree -G Ninja "${flags[@]}"
  as ours $compilers quietly cmake --build tree --verbose
  grep -q -- '-flto' output
  has_jemalloc tree/program
  defines_operators tree/program
  not defines_jemalloc tree/libshared.so
  has_system tree/owning
done
