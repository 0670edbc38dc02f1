// SPDX-License-Identifier: Apache-2.0
// Passes what owns memory through all parts of the project; each part says which file the allocator is in.
#include "text.h"

#include <cstdlib>
#include <cxx_alloc/allocator.h>
#include <dlfcn.h>
#include <iostream>

int main(int, char **argv) {
  std::string folder = std::string(argv[0]).substr(0, std::string(argv[0]).rfind('/'));
  void *plug_in = dlopen((folder + "/libplug_in.so").c_str(), RTLD_NOW);
  if (!plug_in) return std::cerr << dlerror() << '\n', 2;
  auto extend = reinterpret_cast<void (*)(std::vector<std::string> &)>(dlsym(plug_in, "extend"));
  auto make_block = reinterpret_cast<void *(*)(std::size_t)>(dlsym(plug_in, "make_block"));
  auto of_plug_in = reinterpret_cast<const char *(*)()>(dlsym(plug_in, "allocator"));

  for (int i = 0; i < 200; ++i) {
    auto list = split(repeated("some words of a text ", 50));
    extend(*list);
    list->erase(list->begin(), list->begin() + 20);
    list->push_back(repeated(list->back(), 3));
    if (swallow(std::move(list)) != 331) return 3;
    std::free(copy_bytes("bytes", 5000 > i ? 5 : 0));
  }

  cxx_alloc_statistics before, after;
  if (cxx_alloc_read_statistics(&before)) return 4;
  void *block = make_block(8 << 20);
  if (cxx_alloc_read_statistics(&after) || after.allocated < before.allocated + (7 << 20)) return 5;
  ::operator delete(block);

  std::cout << cxx_alloc_name() << '\n'
            << cxx_alloc_identify().file << '\n'
            << allocator_of_text() << '\n'
            << allocator_of_words() << '\n'
            << allocator_of_bytes() << '\n'
            << of_plug_in() << '\n';
}
