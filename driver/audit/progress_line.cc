// SPDX-License-Identifier: Apache-2.0
// Five times a second, by a thread of its own: the others are in the middle of a file.
#include "audit/progress_line.h"

#include "message.h"

#include <chrono>
#include <unistd.h>

namespace cxx_alloc::audit {

ProgressLine::ProgressLine(const Progress &progress) : progress_(progress) {
  if (isatty(STDERR_FILENO)) thread_.emplace(1, [this] { show(); });
}

ProgressLine::~ProgressLine() {
  {
    std::lock_guard lock(mutex_);
    is_done_ = true;
  }
  changed_.notify_one();
  thread_.reset();
  if (is_shown_) print_line("\r\033[K");
}

void ProgressLine::show() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, std::chrono::milliseconds(200), [&] { return is_done_; })) {
    is_shown_ = true;
    print_line("\rcxx-alloc: " + std::to_string(progress_.files) + " files read, " +
               std::to_string(progress_.elf_files) + " of them programs and libraries\033[K");
  }
}

}  // namespace cxx_alloc::audit
