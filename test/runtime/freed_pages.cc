// SPDX-License-Identifier: Apache-2.0
// What stays resident of memory that was freed. $1: what to try; $2: "keeps", or "purges" where jemalloc was told to.
#include <malloc.h>
#include <string.h>
#include <sys/resource.h>

#include <thread>
#include <vector>

#include "check.h"

namespace {

constexpr long mib = 1 << 20;

long resident() {
  FILE *file = fopen("/proc/self/statm", "r");
  long total = 0, pages = 0;
  CHECK(file != nullptr && fscanf(file, "%ld %ld", &total, &pages) == 2);
  fclose(file);
  return pages * sysconf(_SC_PAGESIZE);
}

long page_faults() {
  rusage usage;
  CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
  return usage.ru_minflt;
}

char *filled(std::size_t size) {
  char *block = static_cast<char *>(malloc(size));
  CHECK(block != nullptr);
  return static_cast<char *>(memset(block, 1, size));
}

// A block in the arena for large ones, before anything is measured: that makes the arena.
void warm_up() { free(filled(8 * mib)), malloc_trim(0); }

// One large block stays for the next one; of many no more than 32 MiB stay, and malloc_trim gives them back.
void large_blocks(bool keeps) {
  warm_up();
  long before = resident();
  free(filled(16 * mib));
  long kept = resident() - before;
  CHECK(keeps ? kept > 12 * mib : kept < 4 * mib);

  std::vector<char *> blocks;
  for (int i = 0; i < 12; i++) blocks.push_back(filled((6 + i) * mib));
  for (char *block : blocks) free(block);
  kept = resident() - before;
  CHECK(kept < (keeps ? 40 : 4) * mib);
  CHECK(malloc_trim(0) == 1 && resident() - before < 4 * mib);
}

// A process that uses more keeps more: a quarter of what is in use.
void quarter(bool keeps) {
  warm_up();
  std::vector<char *> blocks;
  for (int i = 0; i < 40; i++) blocks.push_back(filled(10 * mib));
  long before = resident();
  for (int i = 0; i < 10; i++) free(blocks[i]);
  long kept = resident() - (before - 100 * mib);
  printf("%ld MiB kept\n", kept / mib);
  CHECK(keeps ? kept > 44 * mib && kept <= 76 * mib : kept < 4 * mib);
  for (int i = 10; i < 40; i++) free(blocks[i]);
  malloc_trim(0);
}

// The peak does not grow: what was kept is gone when a block that does not fit into it has come.
void no_room_for_the_next() {
  warm_up();
  long before = resident();
  char *first = filled(20 * mib), *second = filled(5 * mib);
  free(first);
  char *larger = filled(60 * mib);
  CHECK(resident() - before < (60 + 5 + 6) * mib);
  free(second);
  free(larger);
}

// A block that grows where it lies, or moves, keeps what is in it.
void realloc_of_large_blocks() {
  char *block = filled(5 * mib);
  for (long size = 5; size < 90; size += 7) {
    block = static_cast<char *>(realloc(block, size * mib));
    CHECK(block != nullptr && block[0] == 1 && block[5 * mib - 1] == 1);
    memset(block + 5 * mib, 2, (size - 5) * mib);
    char *other = static_cast<char *>(calloc(6, mib));
    for (long i = 0; i < 6 * mib; i += 4096) CHECK(other[i] == 0);
    memset(other, 3, 6 * mib);
    free(other);
  }
  free(block);
}

// Threads that come and go, one after the other: the next one finds the pages of the last.
void idle_arenas(bool keeps) {
  auto work = [] {
    std::vector<char *> blocks;
    for (int i = 0; i < 300; i++) blocks.push_back(filled(10000));
    for (char *block : blocks) free(block);
  };
  for (int i = 0; i < 4; i++) std::thread(work).join();
  long before = page_faults();
  for (int i = 0; i < 20; i++) std::thread(work).join();
  long faults = page_faults() - before;
  printf("%ld page faults\n", faults);
  // 732 pages for each thread.
  CHECK(keeps ? faults < 20 * 200 : faults > 20 * 600);
}

}  // namespace

int main(int argc, char **argv) {
  CHECK(argc == 3);
  bool keeps = strcmp(argv[2], "keeps") == 0;
  if (!strcmp(argv[1], "large"))
    return large_blocks(keeps), quarter(keeps), no_room_for_the_next(), realloc_of_large_blocks(), 0;
  if (!strcmp(argv[1], "idle")) return idle_arenas(keeps), 0;
  return 2;
}
