#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# usage: cmake-kinds.sh GENERATOR. Every kind of target that CMake knows: executables get jemalloc, whatever they are made
# of; libraries, modules and objects nothing.
generator=$1
cp "$here"/{archive,plugin,program}.cc "$here"/use_plugin.c .
cp "$here"/program.c c_program.c
cp "$here"/archive.c c_archive.c
cat >uses_host.cc <<'CODE'
char *text_of_host();
extern "C" char *exchange(char *text) { delete[] text; return text_of_host(); }
CODE
cat >host.cc <<'CODE'
#include <cstring>
#include <dlfcn.h>
char *text_of_host() { return std::strcpy(new char[300], "host"); }
int main(int, char **argv) {
  void *module = dlopen(argv[1], RTLD_NOW);
  auto exchange = reinterpret_cast<char *(*)(char *)>(dlsym(module, "exchange"));
  delete[] exchange(new char[300]);
}
CODE
cat >CMakeLists.txt <<'CODE'
cmake_minimum_required(VERSION 3.20)
project(kinds C CXX)
find_package(Threads REQUIRED)
link_libraries(Threads::Threads ${CMAKE_DL_LIBS})
add_library(objects OBJECT use_plugin.c)
add_library(archive STATIC archive.cc)
add_library(shared SHARED archive.cc)
add_library(plugin MODULE plugin.cc)
add_executable(of_archive program.cc)
target_link_libraries(of_archive archive objects)
add_executable(of_shared program.cc)
target_link_libraries(of_shared shared objects)
add_executable(of_c c_program.c c_archive.c)
target_link_libraries(of_c objects)
add_executable(host host.cc)
set_target_properties(host PROPERTIES ENABLE_EXPORTS ON)
add_library(uses_host MODULE uses_host.cc)
target_link_libraries(uses_host host)
add_executable(opted_out program.cc)
target_link_libraries(opted_out archive objects)
target_link_options(opted_out PRIVATE --allocator=system)
CODE
as ours gcc g++ quietly cmake -S . -B tree -G "$generator" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
[[ $(grep -c cxx-alloc tree/compile_commands.json) -gt 0 ]]
export CXX_ALLOC_LOG=$t/links.jsonl
as ours gcc g++ quietly cmake --build tree
cd tree
for program in of_archive of_shared; do
  has_jemalloc $program ./libplugin.so
  defines_operators $program
done
has_jemalloc of_c
not defines_operators of_c
has_jemalloc host ./libuses_host.so
has_system opted_out ./libplugin.so
for library in libshared.so libplugin.so libuses_host.so libarchive.a CMakeFiles/objects.dir/use_plugin.c.o; do
  [[ -e $library ]]
  not defines_jemalloc $library
  not defines_operators $library
done
# Nothing else was linked: five executables, three libraries. A second build does nothing.
as ours gcc g++ quietly cmake --build .
(($(wc -l <../links.jsonl) == 8))
