#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A library with a jemalloc of its own must not hand over what owns memory. What it shows is read after the link: one warning
# counts the functions and names the first, and -w silences it. Nothing is said where nothing is handed over.
cat >shows.cc <<'END'
#include <string>
#include <vector>
struct Named { Named(std::string); std::string name; };
Named::Named(std::string text) : name(std::move(text)) {}
void append_to(std::string &text) { text += "x"; }
std::size_t count(const std::vector<int> &numbers) { return numbers.size(); }
static void hidden(std::string &text) { text += "y"; }
__attribute__((visibility("hidden"))) void hidden_too(std::string &text) { hidden(text); }
extern "C" int of_c(const char *text) { std::string copy(text); hidden_too(copy); return copy.size(); }
END
for compiler in g++ clang++-22; do
  use_compiler "$compiler"
  "$compiler" -O1 -fPIC -c shows.cc
  for linker in "${linkers[@]}"; do
    use_linker "$linker"
    exits 0 "$cxx" "${with[@]}" -shared shows.o --allocator=jemalloc -o shows.so
    [[ $said == 'cxx-alloc: warning: shows.so: 2 exported functions take memory across the boundary of a library with an allocator of its own, such as Named::Named(std::__cxx11::basic_string<'*'; safe only in a process that has chosen an allocator (-w silences this)' ]]
    [[ $said != *$'\n'* ]]
    silently "$cxx" "${with[@]}" -shared -w shows.o --allocator=jemalloc -o shows.so
    is_guest shows.so
  done
  # Without a jemalloc of its own there is no boundary; nor in a program; nor where nothing of the kind is shown.
  silently "$cxx" -shared shows.o -o shows.so
  echo 'int main() {}' >main.cc
  silently "$cxx" main.cc shows.o --allocator=jemalloc -o main
  printf '{ global: of_c; local: *; };\n' >only.map
  silently "$cxx" -shared shows.o -Wl,--version-script,only.map --allocator=jemalloc -o shows.so
  printf '{ global: of_c; extern "C++" { append_to*; }; local: *; };\n' >one.map
  exits 0 "$cxx" -shared shows.o -Wl,--version-script,one.map --allocator=jemalloc -o shows.so
  [[ $said == *': 1 exported function takes memory across'*'such as append_to(std::__cxx11::basic_string<'* ]]
done
