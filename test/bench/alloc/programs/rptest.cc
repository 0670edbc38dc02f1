// SPDX-License-Identifier: Apache-2.0
// After rpmalloc's benchmark: loops of allocations, linear in size between 16 and 16000 bytes, in a large working set
// per thread; every tenth loop a thread gives blocks to another, which frees them.
#include <array>
#include <mutex>

#include "bench.h"

int main(int argc, char **argv) {
  constexpr std::size_t blocks = 1'000, per_loop = 100;
  const std::size_t loops = bench::amount(argc, argv, 8'000);
  using Parcel = std::vector<char *>;
  std::array<std::mutex, bench::threads> mutexes;
  std::array<std::vector<Parcel>, bench::threads> mail;
  bench::in_threads(bench::threads, [&](unsigned thread) {
    bench::Random random(thread + 1);
    auto allocate = [&] {
      std::size_t size = random.between(16, 16'000);
      char *block = static_cast<char *>(std::malloc(size));
      block[0] = block[size / 2] = block[size - 1] = 1;
      return block;
    };
    std::vector<char *> set(blocks);
    std::size_t position = 0;
    for (std::size_t loop = 0; loop < loops; ++loop) {
      for (std::size_t i = 0; i < per_loop; ++i) {
        position = (position + 7) % blocks;
        std::free(set[position]);
        set[position] = allocate();
      }
      if (loop % 10 == 9) {
        Parcel parcel;
        for (std::size_t i = 0; i < per_loop; ++i) parcel.push_back(allocate());
        unsigned other = (thread + 1) % bench::threads;
        // Never many parcels: how far a thread may run ahead would decide how much memory is needed.
        std::lock_guard lock(mutexes[other]);
        if (mail[other].size() < 8) mail[other].push_back(std::move(parcel));
        for (char *block : parcel) std::free(block);
      }
      std::vector<Parcel> arrived;
      {
        std::lock_guard lock(mutexes[thread]);
        arrived.swap(mail[thread]);
      }
      for (Parcel &parcel : arrived)
        for (char *block : parcel) std::free(block);
    }
    for (char *block : set) std::free(block);
  });
  for (auto &parcels : mail)
    for (Parcel &parcel : parcels)
      for (char *block : parcel) std::free(block);
}
