#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# A program with its own operator new keeps it, and still gets jemalloc underneath. Ours stay out altogether, for the
# forms that it leaves out must forward to its own, or the heap is corrupted silently.
cat >own.cc <<'CC'
#include <cstdlib>
#include <new>
int calls, living;
// A header before each block: whoever frees it without knowing of the header hands jemalloc a wrong address.
void *operator new(std::size_t size) {
  ++calls;
  ++living;
  char *block = static_cast<char *>(std::malloc(size + 16));
  return block + 16;
}
void operator delete(void *block) noexcept {
  living -= block != nullptr;
  if (block) std::free(static_cast<char *>(block) - 16);
}
CC
cat >main.cc <<'CC'
#include <new>
#include <string>
#include <vector>
extern int calls, living;
int main() {
  int before = living;
  for (int i = 0; i < 1000; i++) {
    std::vector<std::string> strings(10, std::string(1 + i, 'x'));
    delete[] new int[1 + i];
    delete new (std::nothrow) std::string(100, 'y');
  }
  return calls > 10000 && living == before ? 0 : 1;
}
CC
for compiler in g++ clang++-22; do
  export CXX_ALLOC_CXX=$compiler
  "$compiler" -O1 -fsized-deallocation -fPIC -c own.cc main.cc
  ar rcs libown.a own.o
  "$compiler" -shared own.o -o libown.so
  for words in 'main.o own.o' 'main.o libown.a' 'main.o libown.so' '-static main.o own.o'; do
    silently "$cxx" $words -Wl,-rpath,"$t" -o main
    has_jemalloc main                                             # its exit status says that its own operator ran
    if [[ $words == *.so ]]; then not defines_operators main; fi
    # One form of ours would show: the program itself defines two.
    if [[ $words != -static* ]]; then not grep ' W _Z[nd][wal]' <<<"$(nm main)"; fi
  done
  silently "$cxx" main.cc own.cc -o main                          # unknown until compiled: weak operators yield
  has_jemalloc main
done
[[ $(decision main.o own.o) == 'executable jemalloc output-default' ]]
