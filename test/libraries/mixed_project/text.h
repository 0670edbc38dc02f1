// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

std::string repeated(const std::string &text, std::size_t times);
std::unique_ptr<std::vector<std::string>> split(std::string text);
std::size_t swallow(std::unique_ptr<std::vector<std::string>> list);

extern "C" {
char *copy_bytes(const char *bytes, size_t size);  ///< free() it
const char *allocator_of_bytes(void);
}
const char *allocator_of_text();
const char *allocator_of_words();
