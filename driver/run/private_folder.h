// SPDX-License-Identifier: Apache-2.0
// A temporary folder that nobody else can look into.
#pragma once

#include <string>

namespace cxx_alloc {

/// One under TMPDIR, with an unpredictable name and mode 0700, removed with all that is in it. Its path is empty where
/// it cannot be made; errno tells why.
class PrivateFolder {
public:
  PrivateFolder();
  ~PrivateFolder() { remove(); }
  PrivateFolder(const PrivateFolder &) = delete;
  PrivateFolder &operator=(const PrivateFolder &) = delete;

  const std::string &path() const { return path_; }
  /// At once: where a signal that ended the compiler is to end us.
  void remove() const;

private:
  std::string path_;
};

}  // namespace cxx_alloc
