// SPDX-License-Identifier: Apache-2.0
// A plug-in that hands out memory made in every way, and frees what its host made.
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <memory>
#include <new>
#include <string>
#include <vector>

#include "plug_in.h"

namespace {

void *made(int way) {
  void *out = nullptr;
  char *text = nullptr;
  switch (way) {
  case 0: return malloc(100);
  case 1: return calloc(10, 10);
  case 2: return realloc(malloc(1), 100);
  case 3: return posix_memalign(&out, 64, 100) ? nullptr : out;
  case 4: return aligned_alloc(64, 128);
  case 5: return memalign(64, 100);
  case 6: return valloc(100);
  case 7: return pvalloc(100);
  case 8: return strdup(std::string(100, 'x').c_str());
  case 9: return asprintf(&text, "%100d", 1) > 0 ? text : nullptr;
  case 10: return reallocarray(nullptr, 10, 10);
  default: return nullptr;
  }
}

std::string *text() { return new std::string(1000, 'p'); }
void grow(std::vector<std::string> *list) { list->resize(list->size() * 3 + 7, std::string(100, 'g')); }
std::size_t usable(void *block) { return malloc_usable_size(block); }

}  // namespace

extern "C" const PlugIn plug_in = {made,
                                   [](void *block) { free(block); },
                                   usable,
                                   text,
                                   grow,
                                   [](void *block) { ::operator delete(block); },
                                   [] { return ::operator new(100); }};
