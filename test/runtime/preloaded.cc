// SPDX-License-Identifier: Apache-2.0
// For preloads.sh: what the C++ library allocates, before main, in threads, and through an exception.
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

static std::vector<std::string> early(100, std::string(100, 'x'));

static void allocate() {
  std::map<int, std::string> map;
  for (int i = 0; i < 1000; i++) map[i] = std::string(static_cast<size_t>(i), 'y');
  delete[] new char[5000000];
  try {
    throw std::runtime_error("thrown");
  } catch (const std::exception &) {
  }
}

int main() {
  allocate();
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; i++) threads.emplace_back(allocate);
  for (auto &thread : threads) thread.join();
  return early.size() != 100;
}
