// SPDX-License-Identifier: Apache-2.0
// What the programs of this folder share. Each does a fixed amount of work; `run` measures the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <thread>
#include <vector>

namespace bench {

// The same numbers on every machine and with every C++ library.
class Random {
public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15u + 1) {}
  std::uint32_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::uint32_t>(state_ >> 32);
  }
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(std::uint64_t{next()} * limit >> 32); }
  std::uint32_t between(std::uint32_t low, std::uint32_t high) { return low + below(high - low + 1); }

private:
  std::uint64_t state_;
};

// Compilers may leave out a pair of new and delete whose memory nobody sees.
inline void keep(void *pointer) { asm volatile("" : : "r"(pointer) : "memory"); }

// The amount of work: the number on the command line in per cent of `full`.
inline std::size_t amount(int argc, char **argv, std::size_t full) {
  return argc > 1 ? full * std::strtoul(argv[argc - 1], nullptr, 10) / 100 + 1 : full;
}

constexpr unsigned threads = 2;

// Calls work(0), work(1), … each in a thread of its own, and waits for them.
template <typename Work> void in_threads(unsigned count, Work work) {
  std::vector<std::thread> running;
  for (unsigned i = 0; i < count; ++i) running.emplace_back(work, i);
  for (std::thread &thread : running) thread.join();
}

}  // namespace bench
