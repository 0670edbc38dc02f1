// SPDX-License-Identifier: Apache-2.0
// After mimalloc's stress test: rounds of short-lived threads, each with blocks of very different sizes, all written;
// some live as long as the thread, some go at once, some are swapped with what other threads, living or gone, left
// behind.
#include <array>
#include <atomic>

#include "bench.h"

namespace {

std::array<std::atomic<std::uint64_t *>, 1000> shared;

// Mostly a few words, one in a hundred a few KiB, one in ten thousand a few MiB.
std::uint64_t *allocate(bench::Random &random, std::size_t words) {
  if (random.below(100) == 0) words *= random.below(100) == 0 ? 10'000 : random.below(10) == 0 ? 1'000 : 100;
  auto *block = static_cast<std::uint64_t *>(std::calloc(words, sizeof(std::uint64_t)));
  for (std::size_t i = 0; i < words; ++i) block[i] = words ^ i;
  return block;
}

void release(std::uint64_t *block) {
  if (block != nullptr && block[0] == 0) std::abort();
  std::free(block);
}

void work(unsigned seed, std::size_t steps) {
  bench::Random random(seed);
  std::vector<std::uint64_t *> kept, passing(64);
  for (std::size_t i = 0; i < steps; ++i) {
    std::size_t words = std::size_t{1} << random.below(6);
    if (random.below(2) == 0) {
      kept.push_back(allocate(random, words));
    } else {
      std::uint64_t *&slot = passing[random.below(64)];
      release(slot);
      slot = allocate(random, words);
    }
    if (random.below(4) == 0) {
      std::uint64_t *&slot = passing[random.below(64)];
      slot = shared[random.below(shared.size())].exchange(slot);
    }
  }
  for (std::uint64_t *block : kept) release(block);
  for (std::uint64_t *block : passing) release(block);
}

}  // namespace

int main(int argc, char **argv) {
  const std::size_t rounds = bench::amount(argc, argv, 100);
  for (std::size_t round = 0; round < rounds; ++round) {
    bench::in_threads(bench::threads, [&](unsigned thread) {
      work(static_cast<unsigned>(round) * bench::threads + thread + 1, 10'000);
    });
    bench::Random random(round + 1);
    for (auto &slot : shared)
      if (random.below(2) == 0) release(slot.exchange(nullptr));
  }
  for (auto &slot : shared) release(slot.exchange(nullptr));
}
