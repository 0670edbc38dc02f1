#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# CMAKE_<LANG>_LINKER_LAUNCHER: configure and compile steps never meet us, real links do.
cp "$here"/{archive,program}.cc .
cp "$here"/program.c c_program.c
cp "$here"/archive.c c_archive.c
cat >CMakeLists.txt <<'CODE'
cmake_minimum_required(VERSION 3.21)
project(launched C CXX)
include(CheckFunctionExists)
check_function_exists(malloc_usable_size USABLE)
find_package(Threads REQUIRED)
link_libraries(Threads::Threads)
add_library(archive STATIC archive.cc)
add_library(shared SHARED archive.cc)
add_executable(program program.cc)
target_link_libraries(program archive)
add_executable(c_program c_program.c c_archive.c)
add_executable(opted_out program.cc)
target_link_libraries(opted_out shared)
target_link_options(opted_out PRIVATE --allocator=system)
CODE
# In front of us, a program that counts.
printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>"%s/calls"\nexec "%s" "$@"\n' "$t" "$cxx" >launcher
chmod +x launcher
for cmake in "${cmakes[@]}"; do
  for compilers in 'gcc g++' 'clang-22 clang++-22'; do
    read -r c cplusplus <<<"$compilers"
    rm -rf tree calls
    quietly "$cmake" -S . -B tree -G Ninja -DCMAKE_C_COMPILER="$c" -DCMAKE_CXX_COMPILER="$cplusplus" \
      -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DCMAKE_{C,CXX}_LINKER_LAUNCHER="$t/launcher;--allocator-launch"
    [[ ! -e calls ]]
    not grep -E 'alloc( |-launch)' tree/compile_commands.json
    quietly "$cmake" --build tree
    (($(wc -l <calls) == 4))
    not grep -v "^--allocator-launch /usr/bin/$c\(++\)\? \|^--allocator-launch /usr/bin/${cplusplus//+/+} " calls
    not grep -E ' -c ' calls
    has_jemalloc tree/program
    defines_operators tree/program
    has_jemalloc tree/c_program
    not defines_operators tree/c_program
    has_system tree/opted_out
    not defines_jemalloc tree/libshared.so
  done
done
