// SPDX-License-Identifier: Apache-2.0
// Blocks of sizes around the ends of what a fast path serves: a mark in the first and the last byte of each tells
// whether two were one. SIZE COUNT: rounds of so many blocks of one size instead.
#include <malloc.h>
#include <string.h>

#include <cstddef>
#include <new>
#include <random>
#include <thread>
#include <vector>

#include "check.h"

namespace {

struct Block {
  unsigned char *at = nullptr;
  std::size_t size = 0;
};

void mark(Block block, unsigned value) {
  block.at[0] = block.at[block.size - 1] = static_cast<unsigned char>(value);
  CHECK(malloc_usable_size(block.at) >= block.size);
  CHECK(is_aligned(block.at, alignof(std::max_align_t)));
}

void check(Block block, unsigned value) {
  unsigned char byte = static_cast<unsigned char>(value);
  CHECK(block.at[0] == byte && block.at[block.size - 1] == byte);
}

// Every size from below the table's end to above the first large class, each from and to another function.
void all_sizes() {
  std::vector<Block> blocks;
  for (std::size_t size = 4'000; size <= 17'000; size += 7) blocks.push_back({nullptr, size});
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      Block &block = blocks[i];
      void *at = i % 4 == 0   ? malloc(block.size)
                 : i % 4 == 1 ? ::operator new(block.size)
                 : i % 4 == 2 ? calloc(1, block.size)
                              : ::operator new[](block.size, std::nothrow);
      CHECK(at != nullptr);
      block.at = static_cast<unsigned char *>(at);
      if (i % 4 == 2) CHECK(block.at[0] == 0 && block.at[block.size / 2] == 0 && block.at[block.size - 1] == 0);
      mark(block, static_cast<unsigned>(i));
    }
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      Block &block = blocks[i];
      check(block, static_cast<unsigned>(i));
      if (i % 4 == 0) {
        free(block.at);
      } else if (i % 4 == 1) {
        ::operator delete(block.at, block.size);
      } else if (i % 4 == 2) {
        block.at = static_cast<unsigned char *>(realloc(block.at, block.size + 3'000));
        CHECK(block.at != nullptr && block.at[0] == static_cast<unsigned char>(i));
        free(block.at);
      } else {
        ::operator delete[](block.at);
      }
    }
  }
}

// Threads that free what others allocated.
void across_threads() {
  std::vector<Block> blocks(4'000);
  for (unsigned turn = 0; turn < 8; ++turn) {
    std::thread([&] {
      std::minstd_rand random(turn + 1);
      for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (blocks[i].at != nullptr) {
          check(blocks[i], static_cast<unsigned>(i));
          ::operator delete(blocks[i].at, blocks[i].size);
        }
        std::size_t size = 3'000 + random() % 15'000;
        blocks[i] = {static_cast<unsigned char *>(::operator new(size)), size};
        mark(blocks[i], static_cast<unsigned>(i));
      }
    }).join();
  }
  for (Block block : blocks) free(block.at);
}

// So many blocks of one size, allocated and freed again, a hundred times.
void rounds(std::size_t size, std::size_t count) {
  std::vector<void *> blocks(count);
  for (int round = 0; round < 100; ++round) {
    for (void *&block : blocks) CHECK((block = malloc(size)) != nullptr);
    for (void *block : blocks) free(block);
  }
}

}  // namespace

int main(int argc, char **argv) {
  if (argc == 3) return rounds(strtoul(argv[1], nullptr, 10), strtoul(argv[2], nullptr, 10)), 0;
  all_sizes();
  across_threads();
}
