// SPDX-License-Identifier: Apache-2.0
// A server, after P. Larson and M. Krishnan, "Memory allocation for long-running server applications" (1998): each
// thread replaces random blocks of a working set; then a new thread takes the set over, and frees what others
// allocated.
#include "bench.h"

int main(int argc, char **argv) {
  constexpr std::size_t blocks = 5'000, generations = 20;
  const std::size_t replacements = bench::amount(argc, argv, 480'000);
  std::vector<std::vector<char *>> sets(bench::threads, std::vector<char *>(blocks));
  for (std::size_t generation = 0; generation < generations; ++generation) {
    bench::in_threads(bench::threads, [&](unsigned thread) {
      bench::Random random(generation * bench::threads + thread + 1);
      std::vector<char *> &set = sets[(thread + generation) % bench::threads];
      for (std::size_t i = 0; i < replacements; ++i) {
        char *&slot = set[random.below(blocks)];
        delete[] slot;
        std::size_t size = random.between(8, 1000);
        slot = new char[size];
        slot[0] = slot[size - 1] = 1;
      }
    });
  }
  for (auto &set : sets)
    for (char *block : set) delete[] block;
}
