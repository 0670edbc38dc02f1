// SPDX-License-Identifier: Apache-2.0
// A line on a terminal that says how far an audit is. It is gone when the object is: no message stands behind it.
#pragma once

#include "audit/walk.h"
#include "threads.h"

#include <condition_variable>
#include <mutex>
#include <optional>

namespace cxx_alloc::audit {

class ProgressLine {
public:
  explicit ProgressLine(const Progress &progress);
  ~ProgressLine();

private:
  void show();

  const Progress &progress_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_done_ = false, is_shown_ = false;
  std::optional<Helpers> thread_;
};

}  // namespace cxx_alloc::audit
