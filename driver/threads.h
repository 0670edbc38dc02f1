// SPDX-License-Identifier: Apache-2.0
// Threads that help the one that started them. A limit (ulimit -u, pids.max of a container) may leave none to start;
// then those that there are do the work, if need be the caller alone. std::thread would end the process there.
#pragma once

#include <functional>
#include <pthread.h>
#include <utility>
#include <vector>

namespace cxx_alloc {

class Helpers {
public:
  /// Has `most` threads call `work`, or as many as can be started.
  Helpers(size_t most, std::function<void()> work) : work_(std::move(work)) {
    pthread_t thread;
    while (threads_.size() < most && pthread_create(&thread, nullptr, run, &work_) == 0) threads_.push_back(thread);
  }
  Helpers(const Helpers &) = delete;
  Helpers &operator=(const Helpers &) = delete;
  /// Waits until all of them are done.
  ~Helpers() {
    for (pthread_t thread : threads_) pthread_join(thread, nullptr);
  }

private:
  static void *run(void *work) {
    (*static_cast<std::function<void()> *>(work))();
    return nullptr;
  }

  std::function<void()> work_;
  std::vector<pthread_t> threads_;
};

}  // namespace cxx_alloc
