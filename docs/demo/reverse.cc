// SPDX-License-Identifier: Apache-2.0
#include "reverse.h"
#include "malloc_owner.h"

#include <algorithm>
#include <string>

#include <string.h>

extern "C" char *reverse(const char *text) {
  std::string result = text;
  std::reverse(result.begin(), result.end());
  return strdup(result.c_str());
}

extern "C" const char *reverse_malloc_owner() { return malloc_owner(); }
