// SPDX-License-Identifier: Apache-2.0
// For linker_options.py: reads lines of "LINKER WORD", and says of each how we read the word with --version behind it:
// "unknown", "alone", or "takes the next word".
#include "words/linker_options.h"
#include "words/linker_words.h"

#include <iostream>
#include <string>

int main() {
  std::string name, word;
  while (std::cin >> name >> word) {
    cxx_alloc::Linker linker = cxx_alloc::linker_of(name);
    cxx_alloc::LinkerWords words(linker);
    words.read(word);
    words.read("--version");
    bool is_known = !cxx_alloc::read_linker_option(word, linker).empty();
    std::cout << (!is_known ? "unknown" : words.asks_only ? "alone" : "takes the next word") << "\n";
  }
}
