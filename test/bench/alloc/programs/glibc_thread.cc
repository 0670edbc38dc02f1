// SPDX-License-Identifier: Apache-2.0
// After bench-malloc-thread of glibc: each thread replaces random blocks of its own, where a block of twice the size is
// half as frequent.
#include "bench.h"

int main(int argc, char **argv) {
  constexpr std::size_t blocks = 1024;
  const std::size_t steps = bench::amount(argc, argv, 7'000'000);
  bench::in_threads(bench::threads, [&](unsigned thread) {
    bench::Random random(thread + 1);
    std::vector<void *> set(blocks);
    for (std::size_t i = 0; i < steps; ++i) {
      // 4 to 32768 bytes.
      std::uint32_t bits = random.next() | 1u << 13;
      std::size_t size = (std::size_t{4} << __builtin_ctz(bits)) + random.below(4);
      void *&slot = set[random.below(blocks)];
      std::free(slot);
      slot = std::malloc(size);
      *static_cast<char *>(slot) = 1;
    }
    for (void *block : set) std::free(block);
  });
}
