// SPDX-License-Identifier: Apache-2.0
// The C++ half of the program of the matrix.
#include "who.h"
#include <iostream>
#include <string>
void streams() {
  std::string word(100, 'x');
  seen("string", &word[0], 99);
  word += std::to_string(word.size());
  std::cout << word << std::endl;
  int *number = new int(42);
  say("new", heap_of(number, sizeof *number));
  delete number;
}
