// SPDX-License-Identifier: Apache-2.0
// A C++ program: operators, strings, streams, an exception.
#include "who.h"
#include <fstream>
#include <iostream>
#include <memory>
#include <new>
#include <string>
#include <vector>
struct Plain {
  char bytes[1000];
};
int main(int argc, char **) {
  Plain *one = static_cast<Plain *>(seen("new", new Plain, 1000));
  delete one;
  Plain *more = static_cast<Plain *>(seen("new[]", new Plain[3], 3000));
  delete[] more;
  one = new (std::nothrow) Plain;
  seen("new-nothrow", one, 1000);
  delete one;
  free(seen("malloc", malloc(1000), 1000));
  std::vector<std::string> words;
  std::ifstream self("/proc/self/limits");
  std::string line(argc * 100, 'x');
  seen("string", &line[0], 100);
  std::getline(self, line);
  words.push_back(line);
  std::unique_ptr<std::string> text(new std::string(std::to_string(words.size()) + " of a heap's words"));
  std::cout << *text << std::endl;
  try {
    throw line;
  } catch (std::string &caught) {
    std::cout << caught.size() << '\n';
  }
}
