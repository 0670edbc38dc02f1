// SPDX-License-Identifier: Apache-2.0
// After the malloc-large of mimalloc-bench: twenty buffers of 5 to 25 MiB; a random one is freed, and another of random
// size, all zeros, takes its place.
#include <memory>

#include "bench.h"

int main(int argc, char **argv) {
  const std::size_t rounds = bench::amount(argc, argv, 100);
  constexpr std::uint32_t mib = 1 << 20;
  std::unique_ptr<char[]> buffers[20];
  bench::Random random(42);
  for (std::size_t i = 0; i < rounds; ++i) {
    auto &buffer = buffers[random.below(20)];
    buffer.reset();
    buffer = std::make_unique<char[]>(random.between(5 * mib, 25 * mib));
    bench::keep(buffer.get());
  }
}
