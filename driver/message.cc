// SPDX-License-Identifier: Apache-2.0
// The format of our messages: one line on stderr, never more, and only when something is wrong.
#include "message.h"

#include <llvm/ADT/STLExtras.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace cxx_alloc {
namespace {

/// A character of UTF-8: how many bytes it has, 0 where there is none.
struct Character {
  char32_t code = 0;
  unsigned size = 0;
};

Character first_character(llvm::StringRef text) {
  auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
  unsigned size = byte(0) < 0x80 ? 1 : byte(0) < 0xc2 ? 0 : byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
  if (!size || size > text.size() || byte(0) > 0xf4) return {byte(0)};
  char32_t code = size == 1 ? byte(0) : byte(0) & (0x7f >> size);
  for (unsigned at = 1; at != size; ++at) {
    if ((byte(at) & 0xc0) != 0x80) return {byte(0)};
    code = code << 6 | (byte(at) & 0x3f);
  }
  return {code, size};
}

/// A terminal acts upon it, or shows what follows in another order. A byte that is no UTF-8 is asked as if it were
/// Latin-1.
bool acts(char32_t code) {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x200e || code == 0x200f || code == 0x61c ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

}  // namespace

std::string printable(llvm::StringRef text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    auto [code, size] = first_character(text);
    llvm::StringRef bytes = text.take_front(std::max(size, 1u));
    clean += acts(code) ? llvm::StringRef("?") : bytes;
    text = text.drop_front(bytes.size());
  }
  return clean;
}

llvm::Error make_error(const llvm::Twine &subject, const llvm::Twine &fact, const llvm::Twine &what_to_do) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), subject + ": " + fact + "; " + what_to_do);
}

void print_message(llvm::StringRef severity, llvm::StringRef text) {
  const char *no_color = std::getenv("NO_COLOR");
  bool color = isatty(STDERR_FILENO) && !(no_color && *no_color);
  std::string line = "cxx-alloc: ";
  if (color) line += severity == "error" ? "\033[1;31m" : "\033[1;35m";
  line += severity;
  if (color) line += "\033[0m";
  line += ": ";
  line += printable(text);
  line += '\n';
  print_line(line);
}

void print_line(llvm::StringRef line) {
  // One write: lines of parallel builds must not be cut into each other. Nothing can be done if it fails.
  [[maybe_unused]] ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

llvm::Error print_output(llvm::StringRef text) {
  while (!text.empty()) {
    ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0)
      return make_error("standard output", std::string("cannot be written: ") + std::strerror(errno),
                        "see where it leads");
    text = text.drop_front(written);
  }
  return llvm::Error::success();
}

llvm::StringRef nearest_spelling(llvm::StringRef word, llvm::ArrayRef<llvm::StringRef> candidates) {
  // What stands behind the = of an option is no part of its name.
  llvm::StringRef name = word.take_front(word.find('=') + 1);
  auto distance = [&](llvm::StringRef candidate) -> unsigned {
    if (word.size() >= 4 && candidate.starts_with_insensitive(word)) return 1;  // its beginning alone
    unsigned whole = candidate.edit_distance_insensitive(word);
    return name.empty() ? whole : std::min(whole, candidate.edit_distance_insensitive(name));
  };
  auto *nearest = llvm::min_element(candidates, [&](llvm::StringRef a, llvm::StringRef b) {
    return std::pair(distance(a), a.edit_distance_insensitive(word)) <
           std::pair(distance(b), b.edit_distance_insensitive(word));
  });
  // Two letters swapped, left out or typed twice; and more of the word right than wrong.
  if (nearest == candidates.end() || distance(*nearest) > 2 || distance(*nearest) > nearest->size() / 2) return {};
  return *nearest;
}

}  // namespace cxx_alloc
