// SPDX-License-Identifier: Apache-2.0
// std::map<int, std::string>: two blocks for each entry, inserted and erased in random order.
#include <map>
#include <string>

#include "bench.h"

int main(int argc, char **argv) {
  const std::size_t rounds = bench::amount(argc, argv, 1'800'000);
  bench::Random random(1);
  std::map<int, std::string> map;
  for (std::size_t i = 0; i < rounds; ++i) {
    map[static_cast<int>(random.below(8'000))] = std::string(random.between(16, 200), 'x');
    map.erase(static_cast<int>(random.below(8'000)));
  }
  return map.size() == 1;
}
