// SPDX-License-Identifier: Apache-2.0
// The file that a link writes. A device, a pipe and somebody else's file are never touched.
#include "run/output_file.h"

#include <unistd.h>
#include <utility>

namespace cxx_alloc {

OutputFile::OutputFile(std::string path) : path_(std::move(path)) { existed_ = stat(path_.c_str(), &before_) == 0; }

bool OutputFile::was_written() const {
  struct stat now{};
  if (stat(path_.c_str(), &now) != 0 || !S_ISREG(now.st_mode)) return false;
  bool is_same = existed_ && now.st_dev == before_.st_dev && now.st_ino == before_.st_ino &&
                 now.st_size == before_.st_size && now.st_ctim.tv_sec == before_.st_ctim.tv_sec &&
                 now.st_ctim.tv_nsec == before_.st_ctim.tv_nsec;
  return !is_same;
}

// Nothing can be done where these fail: whoever could write the file can do both.
void OutputFile::empty() const {
  if (!was_written()) return;
  [[maybe_unused]] int failed = truncate(path_.c_str(), 0);
}

void OutputFile::discard() const {
  struct stat link{};
  if (!was_written() || lstat(path_.c_str(), &link) != 0) return;
  if (S_ISLNK(link.st_mode) || link.st_nlink > 1) return empty();
  [[maybe_unused]] int failed = unlink(path_.c_str());
}

}  // namespace cxx_alloc
