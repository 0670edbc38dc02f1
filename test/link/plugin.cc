// SPDX-License-Identifier: Apache-2.0
// The plug-in of the matrix.
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

extern "C" char *exchange(char *text) {
  std::free(text);
  try {
    throw std::runtime_error(std::string(300, 'p'));
  } catch (const std::exception &error) {
    return strdup(error.what());
  }
}
