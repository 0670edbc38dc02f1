// SPDX-License-Identifier: Apache-2.0
#include "stats.h"

#include "malloc_owner.h"

#include <algorithm>

namespace stats {

void merge(Counts &into, const Counts &from) {
  for (const auto &[word, count] : from) into[word] += count;
}

std::vector<std::pair<std::string, std::size_t>> most_frequent(const Counts &counts, std::size_t n) {
  std::vector<std::pair<std::string, std::size_t>> result(counts.begin(), counts.end());
  std::stable_sort(result.begin(), result.end(), [](const auto &a, const auto &b) { return a.second > b.second; });
  if (result.size() > n) result.resize(n);
  return result;
}

std::string malloc_owner() { return ::malloc_owner(); }

}  // namespace stats
