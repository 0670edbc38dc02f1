#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/common.sh"
# Two libraries with a jemalloc each. In a process that has chosen an allocator both join it, and what owns memory may be
# passed to and fro. In a process that has not, each keeps to itself, and neither minds the other.
cat >one.cc <<'END'
#include "two.h"
std::string make_text(size_t size) { return std::string(size, 'x'); }
std::unique_ptr<std::vector<std::string>> make_list(size_t size) {
  return std::make_unique<std::vector<std::string>>(size, std::string(100, 'y'));
}
END
cat >two.cc <<'END'
#include "two.h"
size_t take_text(std::string text) { text += text; return text.size(); }
size_t take_list(std::unique_ptr<std::vector<std::string>> list) { list->push_back(list->front() + "z"); return list->size(); }
void grow(std::string &text) { text.append(10'000, 'z'); }
END
cat >two.h <<'END'
#include <memory>
#include <string>
#include <vector>
std::string make_text(size_t);
std::unique_ptr<std::vector<std::string>> make_list(size_t);
size_t take_text(std::string);
size_t take_list(std::unique_ptr<std::vector<std::string>>);
void grow(std::string &);
END
cat >main.cc <<'END'
#include "two.h"
int main() {
  for (size_t i = 1; i < 2000; ++i) {
    std::string text = make_text(i);
    grow(text);
    text.resize(i);
    if (take_text(std::move(text)) != 2 * i) return 1;
    if (take_list(make_list(1 + i % 50)) != 2 + i % 50) return 2;
  }
}
END
for compiler in g++ clang++-22; do
  use_compiler "$compiler"
  for standard in -std=c++17 -std=c++20; do
    for name in one two; do silently "$cxx" $standard -w -O1 -fPIC -shared $name.cc --allocator=jemalloc -o lib$name.so; done
    is_guest libone.so
    is_guest libtwo.so
    silently "$cxx" $standard -O1 main.cc ./libone.so ./libtwo.so -o main
    has_jemalloc main
    # The control: without a chosen allocator this is what the contract forbids.
    "$compiler" $standard -O1 main.cc ./libone.so ./libtwo.so -o forbidden
    status=0
    (ulimit -c 0; MALLOC_CHECK_=3 ./forbidden >forbidden.txt 2>&1) || status=$?
    ((status != 0))
  done
done

# Each to itself, one after the other and both at once.
use_compiler g++
flags=(-O1 -D_GNU_SOURCE -I"$include" -I"$here")
gcc "${flags[@]}" "$here/host.c" -o host
silently "$cxx" "${flags[@]}" -fPIC -c "$here/guest.cc"
for name in first second; do silently "$cxx" -shared guest.o --allocator=jemalloc -o $name.so; done
./host ./first.so ./second.so ./first.so
cat >apart.c <<'END'
#include <dlfcn.h>
#include <stddef.h>
int main(void) {
  void *first = dlopen("./first.so", RTLD_NOW), *second = dlopen("./second.so", RTLD_NOW);
  void *(*make[2])(size_t) = {(void *(*)(size_t))dlsym(first, "guest_new"), (void *(*)(size_t))dlsym(second, "guest_new")};
  void (*take[2])(void *) = {(void (*)(void *))dlsym(first, "guest_delete"), (void (*)(void *))dlsym(second, "guest_delete")};
  static void *blocks[2][1000];
  for (int i = 0; i < 1000; ++i)
    for (int k = 0; k < 2; ++k) blocks[k][i] = make[k](1 + 40 * i);
  for (int i = 0; i < 1000; ++i)
    for (int k = 0; k < 2; ++k) take[k](blocks[k][i]);
  return 0;
}
END
gcc apart.c -o apart
./apart
