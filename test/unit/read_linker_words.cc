// SPDX-License-Identifier: Apache-2.0
// For linker_options.py: reads lines of "LINKER WORD", and says of each how our table reads the word: "unknown", "alone", or
// "takes the next word".
#include "words/linker_options.h"

#include <iostream>
#include <string>

int main() {
  std::string linker, word;
  while (std::cin >> linker >> word) {
    cxx_alloc::LinkerReadings readings = cxx_alloc::read_linker_option(word, cxx_alloc::linker_of(linker));
    bool takes_next = !readings.empty() && readings.back().takes_next;
    std::cout << (readings.empty() ? "unknown" : takes_next ? "takes the next word" : "alone") << "\n";
  }
}
