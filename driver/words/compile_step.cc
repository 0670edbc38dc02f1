// SPDX-License-Identifier: Apache-2.0
// Is it plain at a glance that a command links nothing? The test `unit` holds this against every option of the table.
#include "words/compile_step.h"

#include <cstring>

namespace cxx_alloc {
namespace {

bool starts_with(const char *word, const char *beginning) { return strncmp(word, beginning, strlen(beginning)) == 0; }

/// Words that must be read with care: files of words, ours, the compiler's inner command, "--", the options that take
/// more than one value (-sectcreate, -segaddr), and the only one that takes a value and looks like a file.
bool needs_care(const char *word) {
  return *word == '@' || starts_with(word, "--allocator") || starts_with(word, "--print-allocator") ||
         starts_with(word, "-cc1") || strcmp(word, "--") == 0 || starts_with(word, "-se") ||
         strcmp(word, "/validator-version") == 0;
}

/// An input or a value, or an option that has its value with it: -O2, -Wall, -g3, -DX, -Idir, -std=c++20.
bool leaves_the_next_alone(const char *word) {
  if (*word != '-') return true;
  for (const char *letter : {"-D", "-I", "-U"})
    if (starts_with(word, letter)) return word[2] != 0;
  if (starts_with(word, "-g")) return word[2] == 0 || ('0' <= word[2] && word[2] <= '9');
  return starts_with(word, "-O") || starts_with(word, "-W") || starts_with(word, "-std=");
}

}  // namespace

bool plainly_compiles(llvm::ArrayRef<const char *> words) {
  bool found = false, is_free = true;
  for (const char *word : words) {
    if (needs_care(word)) return false;
    if (is_free && strcmp(word, "-c") == 0) found = true;
    is_free = leaves_the_next_alone(word);
  }
  return found;
}

}  // namespace cxx_alloc
