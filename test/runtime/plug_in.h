// SPDX-License-Identifier: Apache-2.0
// What the plug-in offers to its host.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

constexpr int ways = 11;

struct PlugIn {
  void *(*made)(int way);
  void (*release)(void *block);
  std::size_t (*usable)(void *block);
  std::string *(*text)();
  void (*grow)(std::vector<std::string> *list);
  void (*delete_block)(void *block);
  void *(*new_block)();
};

extern "C" const PlugIn plug_in;
