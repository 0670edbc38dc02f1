// SPDX-License-Identifier: Apache-2.0
// The file that a link writes. Judged and removed is only what this run wrote.
#pragma once

#include <string>
#include <sys/stat.h>

namespace cxx_alloc {

class OutputFile {
public:
  /// `path` as it is now, before anything is run.
  explicit OutputFile(std::string path);

  /// True when a regular file stands there that was not there before, or not like this. Links are followed.
  bool was_written() const;
  /// Empties what was written, before it is written once more: the next run finds the same file as this one did,
  /// whatever links lead to it.
  void empty() const;
  /// Takes away what was written. What links lead to is emptied, so that they stay.
  void discard() const;

private:
  std::string path_;
  bool existed_ = false;
  struct stat before_{};
};

}  // namespace cxx_alloc
