// SPDX-License-Identifier: Apache-2.0
// One thread allocates, another frees: a ring of pointers between them.
#include <atomic>

#include "bench.h"

int main(int argc, char **argv) {
  constexpr std::size_t slots = 1 << 14, chunk = 1 << 10;
  static void *ring[slots];
  std::atomic<std::size_t> written{0}, read{0};
  const std::size_t total = bench::amount(argc, argv, 4'000) * chunk;
  bench::in_threads(2, [&](unsigned role) {
    if (role == 0) {
      bench::Random random(1);
      for (std::size_t i = 0; i < total; i += chunk) {
        while (i + chunk - read.load(std::memory_order_acquire) > slots) std::this_thread::yield();
        for (std::size_t j = i; j < i + chunk; ++j) {
          char *block = static_cast<char *>(std::malloc(random.between(16, 128)));
          block[0] = 1;
          ring[j % slots] = block;
        }
        written.store(i + chunk, std::memory_order_release);
      }
    } else {
      for (std::size_t i = 0; i < total; i += chunk) {
        while (written.load(std::memory_order_acquire) == i) std::this_thread::yield();
        for (std::size_t j = i; j < i + chunk; ++j) std::free(ring[j % slots]);
        read.store(i + chunk, std::memory_order_release);
      }
    }
  });
}
