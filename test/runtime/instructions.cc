// SPDX-License-Identifier: Apache-2.0
// What allocations cost, one function for each way; callgrind counts their instructions.
#include <cstdlib>
#include <map>
#include <new>

namespace {

void keep(void *block) { __asm__ volatile("" : : "r"(block) : "memory"); }

}  // namespace

extern "C" {

__attribute__((noinline)) void pairs_plain(int count) {
  while (count--) {
    void *block = std::malloc(64);
    keep(block);
    std::free(block);
  }
}

__attribute__((noinline)) void pairs_sized(int count) {
  while (count--) {
    void *block = ::operator new(64);
    keep(block);
    ::operator delete(block, std::size_t{64});
  }
}

__attribute__((noinline)) void pairs_aligned(int count) {
  while (count--) {
    void *block = std::aligned_alloc(64, 128);
    keep(block);
    std::free(block);
  }
}

// More than the table of size classes has.
__attribute__((noinline)) void pairs_medium(int count) {
  while (count--) {
    void *block = std::malloc(6000);
    keep(block);
    std::free(block);
  }
}

// Four thousand blocks at a time: more than the thread's cache holds.
__attribute__((noinline)) void pairs_batch(int count) {
  static void *blocks[4000];
  for (; count > 0; count -= 4000) {
    for (void *&block : blocks) block = std::malloc(48);
    for (void *block : blocks) std::free(block);
  }
}

__attribute__((noinline)) void pairs_map(int count) {
  for (; count > 0; count -= 1000) {
    std::map<int, int> map;
    for (int i = 0; i < 1000; ++i) map.emplace(i * 7919 % 1000, i);
    keep(&map);
  }
}
}

int main() {
  for (auto *pairs : {pairs_plain, pairs_sized, pairs_aligned, pairs_medium, pairs_batch, pairs_map}) pairs(100'000);
}
