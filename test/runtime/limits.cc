// SPDX-License-Identifier: Apache-2.0
// Out of memory is an answer, never a crash. $1: what to try.
#include <malloc.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>

#include <new>
#include <string>
#include <thread>
#include <vector>

#include "check.h"

namespace {

void limit_address_space(std::size_t bytes) {
  const rlimit limits = {bytes, bytes};
  CHECK(setrlimit(RLIMIT_AS, &limits) == 0);
}

// Allocates until there is no more, in blocks of one size; then frees all and allocates again.
void fill_and_empty(std::size_t size) {
  for (int round = 0; round < 2; round++) {
    void **list = nullptr;
    std::size_t count = 0;
    for (;;) {
      errno = 0;
      auto **block = static_cast<void **>(malloc(size));
      if (block == nullptr) break;
      *block = list;
      list = block;
      count++;
    }
    CHECK(errno == ENOMEM && count > 0);
    errno = 0;
    const std::size_t more = 64 << 20;
    CHECK(calloc(1, more) == nullptr && errno == ENOMEM);
    errno = 0;
    CHECK(realloc(list, more) == nullptr && errno == ENOMEM);  // the block itself is untouched
    bool caught = false;
    try {
      CHECK(::operator new(more) == nullptr);
    } catch (const std::bad_alloc &) {
      caught = true;
    }
    CHECK(caught && ::operator new(more, std::nothrow) == nullptr);
    CHECK(::operator new(more, std::align_val_t(64), std::nothrow) == nullptr);
    while (list != nullptr) {
      auto *next = static_cast<void **>(*list);
      free(list);
      list = next;
    }
  }
}

template <std::size_t size> void address_space() {
  limit_address_space(300 << 20);
  fill_and_empty(size);
}

// What was freed in blocks of one size makes room for another, and all of it for half as much in one block.
void other_sizes() {
  limit_address_space(300 << 20);
  for (std::size_t size : {4096u, 100000u, 3000000u, 30000u}) {
    fill_and_empty(size);
    void *block = malloc(3 << 20);
    CHECK(block != nullptr);
    free(block);
  }
}

// Each thread gets what the others freed, so a round fills and clears most of the limit: a few are long enough.
void address_space_and_threads() {
  limit_address_space(300 << 20);
  std::thread threads[4];
  for (std::thread &thread : threads) {
    thread = std::thread([] {
      for (int round = 0; round < 6; round++) {
        std::vector<std::string> list;
        try {
          for (;;) list.emplace_back(200000, 'x');
        } catch (const std::bad_alloc &) {
        }
      }
    });
  }
  for (std::thread &thread : threads) thread.join();
  void *block = malloc(1 << 20);  // and after all that the heap still works
  CHECK(block != nullptr);
  free(block);
}

// Nothing more can be mapped at all: what is mapped is used up, and then the answer is NULL.
void no_room_at_all() {
  limit_address_space(1);
  for (std::size_t size = 64 << 20; size >= 16; size /= 2) {
    errno = 0;
    while (void *block = malloc(size)) memset(block, 1, size);
    CHECK(errno == ENOMEM);
  }
}

void alignments() {
  for (std::size_t alignment = 1; alignment <= std::size_t(1) << 30; alignment *= 2) {
    for (std::size_t size : {std::size_t(1), std::size_t(100), alignment < (1 << 24) ? 3 * alignment : 5000}) {
      auto *block = static_cast<char *>(::operator new(size, std::align_val_t(alignment)));
      CHECK(is_aligned(block, alignment));
      block[0] = block[size - 1] = 1;
      ::operator delete(block, size, std::align_val_t(alignment));
      void *other = nullptr;
      CHECK(posix_memalign(&other, alignment < 8 ? 8 : alignment, size) == 0 && is_aligned(other, alignment));
      free(other);
      other = aligned_alloc(alignment, size);
      CHECK(other != nullptr && is_aligned(other, alignment));
      other = realloc(other, size + 1);
      CHECK(other != nullptr);
      free(other);
    }
  }
  // More than half of the address space: no answer but NULL.
  for (std::size_t alignment = std::size_t(1) << 48; alignment != 0; alignment *= 2) {
    void *block = nullptr;
    CHECK(posix_memalign(&block, alignment, 1) == ENOMEM && block == nullptr);
    CHECK(::operator new(1, std::align_val_t(alignment), std::nothrow) == nullptr);
  }
}

struct {
  const char *name;
  void (*test)();
} const tests[] = {
    {"address_space_16", address_space<16>},
    {"address_space_4096", address_space<4096>},
    {"address_space_100000", address_space<100000>},
    {"address_space_5000000", address_space<5000000>},
    {"other_sizes", other_sizes},
    {"address_space_and_threads", address_space_and_threads},
    {"no_room_at_all", no_room_at_all},
    {"alignments", alignments},
};

}  // namespace

int main(int argc, char **argv) {
  for (auto &[name, test] : tests) {
    if (argc == 1) puts(name);
    if (argc == 1 || strcmp(name, argv[1]) != 0) continue;
    test();
    return 0;
  }
  return argc != 1;
}
