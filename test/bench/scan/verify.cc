// SPDX-License-Identifier: Apache-2.0
// What does it take to read a finished program for its allocator? usage: verify PROGRAM TIMES; prints the median in
// seconds.
#include "run/artifact.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

int main(int count, char **words) {
  if (count != 3) return 2;
  std::vector<double> seconds;
  for (int left = std::atoi(words[2]); left > 0; --left) {
    auto start = std::chrono::steady_clock::now();
    cxx_alloc::Evidence evidence = cxx_alloc::read_artifact(words[1], {});
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    if (!evidence.is_written || evidence.malloc_is_users == cxx_alloc::Answer::unknown) return 1;
  }
  std::sort(seconds.begin(), seconds.end());
  std::printf("%.9f\n", seconds.at(seconds.size() / 2));
}
