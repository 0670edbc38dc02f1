// SPDX-License-Identifier: Apache-2.0
// Threads that grow, shrink, free and take blocks of up to 12 MiB at random: what is in a block stays in it, zeros are
// zeros, and the process does not end up with more mappings than it has blocks.
#include <malloc.h>
#include <string.h>
#include <sys/wait.h>

#include <thread>
#include <vector>

#include "check.h"

namespace {

constexpr std::size_t page = 16384, most = 12 << 20;
constexpr int blocks_of_a_thread = 3;

struct Block {
  unsigned char *bytes = nullptr;
  std::size_t size = 0;
  unsigned char seed = 0;
};

// A byte in each fourth page.
unsigned char byte_at(const Block &block, std::size_t at) {
  return static_cast<unsigned char>(block.seed + at / page * 7 + 1);
}

void write(Block &block, std::size_t from) {
  for (std::size_t at = from / page * page; at < block.size; at += page)
    if (at >= from) block.bytes[at] = byte_at(block, at);
}

void check(const Block &block, std::size_t size) {
  for (std::size_t at = 0; at < size; at += page) CHECK(block.bytes[at] == byte_at(block, at));
}

void work(unsigned number) {
  Block blocks[blocks_of_a_thread];
  std::uint64_t state = number * 0x9e3779b97f4a7c15u + 1;
  auto random = [&state](std::size_t limit) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return static_cast<std::size_t>(state >> 20) % limit;
  };
  for (int round = 0; round < 60; round++) {
    Block &block = blocks[random(blocks_of_a_thread)];
    std::size_t size = 1 + (random(2) ? random(most) : random(1 << 20));
    switch (random(8)) {
    case 0:
      free(block.bytes);
      block = {};
      break;
    case 1:
      free(block.bytes);
      block = {static_cast<unsigned char *>(calloc(1, size)), size, static_cast<unsigned char>(round)};
      CHECK(block.bytes != nullptr);
      for (std::size_t at = 0; at < size; at += page / 4) CHECK(block.bytes[at] == 0);
      CHECK(block.bytes[size - 1] == 0);
      write(block, 0);
      break;
    default: {
      std::size_t kept = block.size < size ? block.size : size;
      block.bytes = static_cast<unsigned char *>(realloc(block.bytes, size));
      CHECK(block.bytes != nullptr && malloc_usable_size(block.bytes) >= size);
      block.size = size;
      check(block, kept);
      write(block, kept);
    }
    }
  }
  for (Block &block : blocks) check(block, block.size), free(block.bytes);
}

int mappings() {
  FILE *maps = fopen("/proc/self/maps", "r");
  CHECK(maps != nullptr);
  int lines = 0;
  for (int byte; (byte = getc(maps)) != EOF;) lines += byte == '\n';
  fclose(maps);
  return lines;
}

}  // namespace

int main() {
  int before = mappings();
  constexpr unsigned threads = 3;
  for (int times = 0; times < 2; times++) {
    std::vector<std::thread> running;
    for (unsigned i = 0; i < threads; i++) running.emplace_back(work, i + 10 * times);
    // A child has the blocks of the one thread, and can go on with them.
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) work(99), _exit(0);
    int status;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    for (std::thread &thread : running) thread.join();
  }
  int grown = mappings() - before;
  printf("%d more mappings\n", grown);
  CHECK(grown < 200);
}
