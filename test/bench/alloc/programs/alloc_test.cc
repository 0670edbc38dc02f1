// SPDX-License-Identifier: Apache-2.0
// After S. Ignatchenko's alloc-test: a program in its steady state. Random slots of a set are filled when empty and
// freed when not; small sizes are more frequent, every block is written, and the set is larger than the caches.
#include <cstring>

#include "bench.h"

int main(int argc, char **argv) {
  constexpr std::size_t slots = 100'000;
  const std::size_t steps = bench::amount(argc, argv, 2'500'000);
  bench::in_threads(bench::threads, [&](unsigned thread) {
    bench::Random random(thread + 1);
    struct Block {
      char *data;
      std::size_t size;
    };
    std::vector<Block> set(slots);
    for (std::size_t i = 0; i < steps; ++i) {
      // The smaller of two draws prefers the first slots.
      Block &block = set[std::min(random.below(slots), random.below(slots))];
      if (block.data != nullptr) {
        if (block.data[0] != 1 || block.data[block.size - 1] != 1) std::abort();
        delete[] block.data;
        block.data = nullptr;
      } else {
        // A power of two and something: 8 to 1023 bytes.
        std::size_t power = std::size_t{8} << random.below(7);
        block.size = power + random.below(static_cast<std::uint32_t>(power));
        block.data = new char[block.size];
        std::memset(block.data, 1, block.size);
      }
    }
    for (Block &block : set) delete[] block.data;
  });
}
