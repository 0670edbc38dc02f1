// SPDX-License-Identifier: Apache-2.0
// The files under a folder, read by as many threads as there are cores.
#pragma once

#include "audit/store.h"

#include <atomic>

namespace cxx_alloc::audit {

struct WalkedFile {
  std::string path;
  const Facts *facts;
};

struct Unreadable {
  std::string path, problem;
  bool is_message = false;  ///< `problem` is a whole message
};

struct Walk {
  std::vector<WalkedFile> files;  ///< ELF files, by path
  std::vector<Unreadable> unreadable;
};

/// What was seen so far; another thread may look.
struct Progress {
  std::atomic<std::uint64_t> files = 0, elf_files = 0;
};

/// Reads everything under the folder `path`. Links are not followed, nor are pseudo file systems entered (/proc, /sys).
Walk walk(const std::string &path, Store &store, Progress &progress);

/// Calls `work(i)` for each i below `count`, on all cores.
void in_parallel(size_t count, llvm::function_ref<void(size_t)> work);

}  // namespace cxx_alloc::audit
