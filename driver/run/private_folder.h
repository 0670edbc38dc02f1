// SPDX-License-Identifier: Apache-2.0
// A temporary folder that nobody else can look into.
#pragma once

#include <string>

namespace cxx_alloc {

/// One under TMPDIR, with an unpredictable name and mode 0700, removed with all that is in it. Its path is empty where
/// it cannot be made; errno tells why. A signal that ends us removes it too.
class PrivateFolder {
public:
  PrivateFolder();
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder &) = delete;
  PrivateFolder &operator=(const PrivateFolder &) = delete;

  const std::string &path() const { return path_; }
  /// At once: where a signal that ended the compiler is to end us.
  void remove() const;

private:
  static void remove_all();

  std::string path_;
  PrivateFolder *older_ = nullptr;  ///< of those that there are
  static PrivateFolder *volatile newest_;
};

}  // namespace cxx_alloc
