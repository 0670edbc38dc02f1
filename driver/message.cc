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
  line += text;
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
