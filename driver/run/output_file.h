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

  const std::string &path() const { return path_; }
  /// True when a regular file stands there that was not there before, or not like this. Links are followed.
  bool was_written() const;
  /// Takes away what was written: a file is removed, and what a symbolic link leads to is emptied, so that the link and
  /// what else is known of its target stay.
  void discard() const;

private:
  std::string path_;
  bool existed_ = false;
  struct stat before_ {};
};

}  // namespace cxx_alloc
