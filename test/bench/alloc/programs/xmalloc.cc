// SPDX-License-Identifier: Apache-2.0
// After C. Lever and D. Boreham, "malloc() Performance in a Multithreaded Linux Environment" (2000): some threads only
// allocate and some only free, batch by batch through one queue.
#include <array>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

#include "bench.h"

using Batch = std::array<void *, 4096>;

int main(int argc, char **argv) {
  const std::size_t batches = bench::amount(argc, argv, 1'900);
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::unique_ptr<Batch>> queue;
  bench::in_threads(2 * bench::threads, [&](unsigned thread) {
    if (thread < bench::threads) {
      for (std::size_t i = 0; i < batches; ++i) {
        auto batch = std::make_unique<Batch>();
        for (void *&block : *batch) {
          block = std::malloc(64);
          *static_cast<char *>(block) = 1;
        }
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return queue.size() < 16; });
        queue.push_back(std::move(batch));
        changed.notify_all();
      }
    } else {
      for (std::size_t i = 0; i < batches; ++i) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return !queue.empty(); });
        auto batch = std::move(queue.front());
        queue.pop_front();
        changed.notify_all();
        lock.unlock();
        for (void *block : *batch) std::free(block);
      }
    }
  });
}
