// SPDX-License-Identifier: Apache-2.0
// False sharing, after E. Berger and others, "Hoard" (2000): `cache thrash`: does the allocator give parts of one cache
// line to several threads? `cache scratch`: does it do so with blocks that one thread gave to another to free?
#include <cstring>

#include "bench.h"

int main(int argc, char **argv) {
  const bool scratch = argc > 1 && !std::strcmp(argv[1], "scratch");
  const std::size_t rounds = bench::amount(argc > 2 ? argc : 1, argv, 600'000);
  constexpr std::size_t size = 8;
  std::vector<char *> first(bench::threads);
  if (scratch)
    for (char *&block : first) block = new char[size];
  bench::in_threads(bench::threads, [&](unsigned thread) {
    delete[] first[thread];
    for (std::size_t i = 0; i < rounds; ++i) {
      volatile char *block = new char[size];
      for (int pass = 0; pass < 60; ++pass)
        for (std::size_t j = 0; j < size; ++j) block[j] = static_cast<char>(block[j] + 1);
      delete[] block;
    }
  });
}
