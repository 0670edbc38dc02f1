// SPDX-License-Identifier: Apache-2.0
// What jemalloc 5.3.0 and 5.3.1 get wrong by themselves must not reach a user. $1 names one defect.
#include <malloc.h>
#include <string.h>
#include <sys/mman.h>

#include <initializer_list>
#include <new>

#include "check.h"

namespace {

using std::align_val_t;
using std::size_t;

// 5.3.1's sized frees put the NULL into the thread's cache, and the next malloc of that size returns it (jemalloc pull
// request 2942), or read the page map at NULL.
void sized_delete_of_null() {
  for (size_t size : {0, 1, 64, 1000, 100000}) {
    ::operator delete(nullptr, size);
    ::operator delete(nullptr, size, align_val_t(64));
    void *block = malloc(size);
    CHECK(block != nullptr);
    free(block);
  }
}

// 5.3.1 rounds the size up to 0 and returns 8 bytes; 5.3.0 has no pvalloc, and libc's block reaches jemalloc's free.
void pvalloc_overflow() {
  for (size_t below = 1; below < 4096; below += 13) {
    errno = 0;
    CHECK(pvalloc(-below) == nullptr && errno == ENOMEM);
  }
  void *block = pvalloc(5000);
  CHECK(malloc_usable_size(block) >= 8192 && is_aligned(block, 4096));
  free(block);
}

void errno_of_memalign() {
  for (size_t alignment : {8, 64, 4096, 1 << 20}) {
    errno = 0;
    CHECK(memalign(alignment, SIZE_MAX - 4096) == nullptr && errno == ENOMEM);
  }
  errno = 0;
  CHECK(memalign(SIZE_MAX, 1) == nullptr && errno == EINVAL);
}

void errno_of_valloc() {
  errno = 0;
  CHECK(valloc(SIZE_MAX) == nullptr && errno == ENOMEM);
  errno = 0;
  CHECK(valloc(SIZE_MAX / 2) == nullptr && errno == ENOMEM);
}

// glibc sets errno as well as returning it (its tst-malloc-thread-fail).
void errno_of_posix_memalign() {
  void *block = nullptr;
  errno = 0;
  CHECK(posix_memalign(&block, 64, SIZE_MAX / 2) == ENOMEM && errno == ENOMEM);
  errno = 0;
  CHECK(posix_memalign(&block, 3, 1) == EINVAL && errno == EINVAL);
  errno = 77;
  CHECK(posix_memalign(&block, 64, 1) == 0 && errno == 77);
  free(block);
}

// Purging may fail in the kernel on the way: a page of the block is locked, and madvise says EINVAL.
void errno_after_free() {
  for (int i = 0; i < 50; i++) {
    char *block = static_cast<char *>(malloc(8 << 20));
    CHECK(block != nullptr);
    memset(block, 1, 8 << 20);
    mlock(block, 4096);
    errno = 77;
    free(block);
    CHECK(errno == 77);
    void *small = malloc(10);
    free(small);
    CHECK(errno == 77);
  }
}

// Both size classes must agree, or the block returns to the wrong one, twice as large as it is (pull request 2991).
void zero_bytes_aligned() {
  for (size_t alignment = 1; alignment <= 8192; alignment *= 2) {
    void *blocks[64];
    for (int round = 0; round < 50; round++) {
      for (void *&block : blocks) {
        block = ::operator new(0, align_val_t(alignment));
        CHECK(is_aligned(block, alignment));
      }
      for (void *block : blocks) ::operator delete(block, size_t(0), align_val_t(alignment));
      for (void *&block : blocks) {
        block = ::operator new(alignment, align_val_t(alignment));
        CHECK(is_aligned(block, alignment) && malloc_usable_size(block) >= alignment);
        memset(block, 0x5a, alignment);
      }
      for (void *&block : blocks) ::operator delete(block, alignment, align_val_t(alignment));
    }
  }
  free(aligned_alloc(256, 0));
}

// jemalloc's own operators drop what the handler throws.
void exception_of_handler() {
  std::set_new_handler([] { throw 7; });
  int caught = 0;
  try {
    CHECK(::operator new(size_t(1) << 62) == nullptr);
  } catch (int value) {
    caught = value;
  } catch (const std::bad_alloc &) {
  }
  CHECK(caught == 7);
}

// glibc rounds an alignment up to a power of two.
void odd_memalign() {
  for (size_t alignment : {0, 1, 3, 24, 48, 100}) {
    void *block = memalign(alignment, 10);
    CHECK(block != nullptr && is_aligned(block, alignment > 64 ? 128 : alignment > 32 ? 64 : 8));
    free(block);
  }
}

struct {
  const char *name;
  void (*test)();
} const tests[] = {
    {"sized_delete_of_null", sized_delete_of_null},
    {"pvalloc_overflow", pvalloc_overflow},
    {"errno_of_memalign", errno_of_memalign},
    {"errno_of_valloc", errno_of_valloc},
    {"errno_of_posix_memalign", errno_of_posix_memalign},
    {"errno_after_free", errno_after_free},
    {"zero_bytes_aligned", zero_bytes_aligned},
    {"exception_of_handler", exception_of_handler},
    {"odd_memalign", odd_memalign},
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
