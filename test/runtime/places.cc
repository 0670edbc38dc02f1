// SPDX-License-Identifier: Apache-2.0
// Large blocks lie apart, so that they grow where they are. A few do not, and more than there are places for do not.
#include <malloc.h>
#include <string.h>

#include <cstdint>
#include <vector>

#include "check.h"

namespace {

constexpr std::size_t mib = 1 << 20;

std::uintptr_t page_of(const void *block) { return reinterpret_cast<std::uintptr_t>(block) / 4096; }

std::size_t distance(const void *left, const void *right) {
  std::uintptr_t a = page_of(left), b = page_of(right);
  return (a < b ? b - a : a - b) * 4096;
}

// What stands in a line of /proc/self/status, in bytes.
std::size_t status(const char *name) {
  FILE *file = fopen("/proc/self/status", "r");
  CHECK(file != nullptr);
  char line[256];
  std::size_t kib = 0;
  while (fgets(line, sizeof line, file) != nullptr)
    if (strncmp(line, name, strlen(name)) == 0) kib = strtoul(line + strlen(name) + 1, nullptr, 10);
  fclose(file);
  return kib << 10;
}

char *take(std::size_t size) {
  char *block = static_cast<char *>(malloc(size));
  CHECK(block != nullptr);
  block[0] = block[size - 1] = static_cast<char>(size >> 12);
  return block;
}

void check(const char *block, std::size_t size) { CHECK(block[0] == static_cast<char>(size >> 12)); }

// A block that grows, beside others that were mapped before and after it.
void grow() {
  char *before = take(40 * mib), *block = take(5 * mib), *after = take(5 * mib);
  int moved = 0;
  for (std::size_t size = 6 * mib; size <= 120 * mib; size += mib) {
    char *grown = static_cast<char *>(realloc(block, size));
    CHECK(grown != nullptr && grown[0] == static_cast<char>(5 * mib >> 12));
    moved += grown != block;
    block = grown;
  }
  printf("moved %d times\n", moved);
  CHECK(moved <= 1);
  free(before), free(block), free(after);
}

// Where a freed block is too small for the next one, it grows, with its pages.
void reuse() {
  char *others = take(40 * mib);
  for (std::size_t size = 5 * mib; size < 100 * mib; size += 5 * mib) {
    char *small = take(size), *behind = take(5 * mib);
    free(small);
    char *large = take(size + 4 * mib);
    CHECK(page_of(large) == page_of(small));
    check(large, size + 4 * mib);
    free(behind), free(large);
    malloc_trim(0);
  }
  free(others);
}

// More blocks than places, in turn; the process's address space is that of its blocks.
void many() {
  std::size_t before = status("VmSize:");
  for (int times = 0; times < 20; times++) {
    std::vector<char *> blocks;
    for (int i = 0; i < 150; i++) blocks.push_back(take(6 * mib));
    for (char *block : blocks) check(block, 6 * mib), free(block);
  }
  std::size_t after = status("VmSize:");
  printf("VmSize grew by %zu MiB\n", after < before ? 0 : (after - before) / mib);
  CHECK(after < before + 128 * mib);
}

}  // namespace

int main() {
  // While there are few, they lie near each other: one leaf of jemalloc's map of pages serves all that the program has.
  char *first = take(5 * mib), *second = take(5 * mib);
  CHECK(distance(first, second) < 128 * mib);
  free(first), free(second);
  grow();
  reuse();
  many();
  grow();
}
