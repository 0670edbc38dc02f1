// SPDX-License-Identifier: Apache-2.0
// The files that were read, each once, whatever its names are. Several threads ask.
#pragma once

#include "audit/facts.h"

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/StringMap.h>

#include <memory>
#include <mutex>
#include <utility>

namespace cxx_alloc::audit {

class Store {
public:
  /// The facts of the file `path`; null if it is not there or is no regular file. They stay where they are.
  const Facts *read(const std::string &path);

  /// As read(), for one of the many files of the folder open as `folder`: null, and nothing is kept, if it does not
  /// begin like an ELF file. `path` is its whole name.
  const Facts *read_if_elf(int folder, const char *name, const std::string &path);

private:
  struct Entry {
    std::once_flag once;
    Facts facts;
  };
  const Facts *read_open(int descriptor);
  const Facts *unreadable(const std::string &path, int error);

  std::mutex mutex_;
  llvm::StringMap<const Facts *> by_path_;
  llvm::DenseMap<std::pair<std::uint64_t, std::uint64_t>, std::unique_ptr<Entry>> by_inode_;
  std::vector<std::unique_ptr<Facts>> unreadable_;
};

}  // namespace cxx_alloc::audit
