// SPDX-License-Identifier: Apache-2.0
// Memory before main and after it: .preinit_array, constructors with and without priority, static objects and their
// destructors, atexit, pthread keys at exit, .fini_array. Says in which order they ran.
#include <malloc.h>
#include <string.h>

#include <new>
#include <string>
#include <vector>

#include "check.h"

namespace {

void *early[6];
char *order;  // grown by each step: a block that lives through all of them

void step(char letter) {
  std::size_t length = order ? strlen(order) : 0;
  order = static_cast<char *>(realloc(order, length + 5000));
  CHECK(order != nullptr);
  order[length] = letter;
  order[length + 1] = 0;
  for (std::size_t size = 1; size < 1 << 22; size *= 5) {
    free(memset(malloc(size), 1, size));
    ::operator delete(::operator new(size), size);
    free(aligned_alloc(64, size));
  }
}

void *block_of(int size) {
  void *block = malloc(size);
  CHECK(block != nullptr);
  return block;
}

struct Object {
  std::vector<std::string> list{1000, std::string(100, 'o')};
  Object() { step('o'); }
  ~Object() {
    CHECK(list.size() == 1000 && list[999].size() == 100);
    list.resize(5000, std::string(40, 'd'));
    step('D');
  }
};

Object object;
thread_local Object of_main_thread;

}  // namespace

#ifdef WITH_PREINIT
static void preinit(int, char **, char **) {
  step('p');
  early[0] = block_of(100);
}
__attribute__((section(".preinit_array"), used)) static void (*const preinit_entry)(int, char **, char **) = preinit;
#endif

__attribute__((constructor(101))) static void first() {
  step('1');
  early[1] = block_of(10000);
}
__attribute__((constructor)) static void second() {
  step('2');
  early[2] = block_of(3 << 20);
}
__attribute__((destructor(101))) static void last() {
  step('L');
  puts(order);
  free(order);
}

int main() {
  CHECK(of_main_thread.list.size() == 1000);
  for (void *block : early) free(block);
  CHECK(mallinfo2().uordblks > 0);
  static void *at_end = malloc(2 << 20);
  atexit([] {
    step('a');
    free(at_end);
  });
}
