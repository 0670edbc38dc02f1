// SPDX-License-Identifier: Apache-2.0
#include "text.h"

#include "malloc_owner.h"

#include <cctype>

namespace text {

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result;
  std::string word;
  for (unsigned char c : text) {
    if (std::isalpha(c)) {
      word += static_cast<char>(std::tolower(c));
    } else if (!word.empty()) {
      result.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) result.push_back(std::move(word));
  return result;
}

std::string malloc_owner() { return ::malloc_owner(); }

}  // namespace text
