#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# What CMake finds out with us is what it finds out with the compiler alone, variable by variable: identity and version,
# implicit libraries and folders, linker, ar for LTO, features, functions, flags. Also with a CMake as new as can be had.
cat >CMakeLists.txt <<'CODE'
cmake_minimum_required(VERSION 3.20)
project(finds C CXX)
include(CheckCXXSymbolExists)
include(CheckFunctionExists)
include(CheckIPOSupported)
include(CheckLinkerFlag)
include(CheckCXXCompilerFlag)
find_package(Threads REQUIRED)
check_ipo_supported(RESULT ipo LANGUAGES C CXX)
foreach(name mallctl mallocx sdallocx je_malloc malloc_usable_size reallocarray)
  check_function_exists(${name} HAVE_${name})
endforeach()
check_cxx_symbol_exists(malloc_conf stdlib.h HAVE_malloc_conf)
check_linker_flag(CXX -Wl,--no-undefined LINKS_no_undefined)
check_linker_flag(CXX -Wl,--no-such-flag LINKS_no_such_flag)
check_cxx_compiler_flag(-Wno-such-warning-at-all TAKES_warning)
check_cxx_compiler_flag(-fno-rtti TAKES_no_rtti)
try_run(RAN BUILT ${CMAKE_BINARY_DIR}/try ${CMAKE_SOURCE_DIR}/try.cc)
get_cmake_property(names VARIABLES)
foreach(name ${names})
  file(APPEND ${CMAKE_BINARY_DIR}/variables.txt "${name}=${${name}}\n")
endforeach()
CODE
echo 'int main() { return 3; }' >try.cc

# From the name of the compiler CMake tells the names of its tools (clang++-22: llvm-ar-22), so ours has the same here.
mkdir bin
for name in clang-22 clang++-22 gcc g++; do ln -s "$cxx" bin/$name-alloc; done
# Its scratch: the place and the name of the compiler, beside which it looks for those tools.
scratch='^(CMAKE_MATCH_|CMAKE_BASE_NAME=|COMPILER_BASENAME=|_CMAKE_COMPILER_SUFFIX=|_CMAKE_TOOLCHAIN_LOCATION=|__.*_hint)'

found() {    # found SUFFIX CMAKE C C++: fills $t/variables.txt
  rm -rf tree
  CC=$3$1 CXX=$4$1 PATH=$t/bin:$PATH quietly "$2" -S . -B tree -G Ninja
  sed -E "s#$t/bin/($3|${4//+/\\+})-alloc#/usr/bin/\1#g; s#TryCompile-[A-Za-z0-9]*|cmTC_[0-9a-f]*#TRY#g" tree/variables.txt |
    grep -Ev "$scratch" >variables.txt
  grep -q '^RAN=3$' variables.txt
  grep -q '^ipo=YES$' variables.txt
  grep -q '^CMAKE_CXX_IMPLICIT_LINK_LIBRARIES=stdc++;' variables.txt
  grep -q '^HAVE_mallctl=$' variables.txt
}
for cmake in "${cmakes[@]}"; do
  for compilers in 'gcc g++' 'clang-22 clang++-22'; do
    found '' "$cmake" $compilers
    mv variables.txt bare.txt
    found -alloc "$cmake" $compilers
    diff bare.txt variables.txt
    not grep -E 'alloc/|jemalloc' <(sed "s#${build%/*}##g" variables.txt)    # the clone may be called cxx-alloc
  done
done
