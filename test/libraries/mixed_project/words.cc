// SPDX-License-Identifier: Apache-2.0
#include "text.h"

#include <cxx_alloc/allocator.h>
#include <sstream>

std::unique_ptr<std::vector<std::string>> split(std::string text) {
  auto list = std::make_unique<std::vector<std::string>>();
  std::istringstream words(std::move(text));
  for (std::string word; words >> word;) list->push_back(repeated(word, 20));
  return list;
}

std::size_t swallow(std::unique_ptr<std::vector<std::string>> list) { return list->size(); }

const char *allocator_of_words() { return cxx_alloc_identify().file; }
