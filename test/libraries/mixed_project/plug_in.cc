// SPDX-License-Identifier: Apache-2.0
#include "text.h"

#include <cxx_alloc/allocator.h>

extern "C" const char *allocator() { return cxx_alloc_identify().file; }
extern "C" void extend(std::vector<std::string> &list) {
  for (int i = 0; i < 100; ++i) list.push_back(repeated("from the plug-in, ", 10));
}
extern "C" void *make_block(std::size_t size) { return ::operator new(size); }
