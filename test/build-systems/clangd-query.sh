#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# clangd reads compile_commands.json, which differs in nothing but our name, and asks us for the folders of the system's
# headers, as it asks any --query-driver.
needs clangd-22
printf '#include <string>\n#ifndef PROBE\n#error\n#endif\nint main() { return int(std::string("x").size()) - 1; }\n' >main.cc
printf '%s\n' 'cmake_minimum_required(VERSION 3.20)' 'project(named CXX)' 'add_compile_definitions(PROBE)' \
  'add_executable(main main.cc)' >CMakeLists.txt
for who in bare ours; do
  as $who gcc g++ quietly cmake -S . -B tree -G Ninja -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
  sed "s#$cxx#/usr/bin/g++#" tree/compile_commands.json >$who.json
  if [[ $who == bare ]]; then rm -rf tree; fi
done
diff bare.json ours.json
as ours gcc g++ quietly env HOME="$t" clangd-22 --check=main.cc --compile-commands-dir=tree --query-driver="$cxx"
[[ $(<output) == *"System include extraction"*"$cxx"* || $(<output) == *"System includes extractor: successfully executed $cxx"* ]]
[[ $(<output) == *'All checks completed, 0 errors'* ]]
