// SPDX-License-Identifier: Apache-2.0
#include "text.h"

#include <cxx_alloc/allocator.h>

std::string repeated(const std::string &text, std::size_t times) {
  std::string result;
  while (times-- > 0) result += text;
  return result;
}

const char *allocator_of_text() { return cxx_alloc_identify().file; }
