// SPDX-License-Identifier: Apache-2.0
// A program replaces only some operators, with blocks that start 16 bytes into what malloc gave: if any form left to
// the library does not stand on the program's own, the heap is corrupted. -DREPLACE=1: new and delete; 2: the aligned
// ones; 3: the array forms; 4: delete only, which counts.
#include <cstdint>
#include <new>
#include <string>
#include <vector>

#include "check.h"

namespace {
int made, released;
void *offset_block(std::size_t size, std::size_t alignment) {
  char *block = static_cast<char *>(aligned_alloc(alignment, (size + 2 * alignment - 1) / alignment * alignment));
  if (block == nullptr) throw std::bad_alloc();
  ++made;
  return block + alignment;
}
void release(void *block, std::size_t alignment) {
  if (block == nullptr) return;
  ++released;
  free(static_cast<char *>(block) - alignment);
}
}  // namespace

#if REPLACE == 1
void *operator new(std::size_t size) { return offset_block(size, 16); }
void operator delete(void *block) noexcept { release(block, 16); }
#elif REPLACE == 2
void *operator new(std::size_t size, std::align_val_t) { return offset_block(size, 4096); }
void operator delete(void *block, std::align_val_t) noexcept { release(block, 4096); }
#elif REPLACE == 3
void *operator new[](std::size_t size) { return offset_block(size, 16); }
void operator delete[](void *block) noexcept { release(block, 16); }
#elif REPLACE == 4
void operator delete(void *block) noexcept {
  ++released;
  ++made;
  free(block);
}
#endif

int main() {
  using std::align_val_t;
  using std::nothrow;
  for (std::size_t size : {1u, 40u, 5000u}) {
    ::operator delete(::operator new(size), size);
    ::operator delete(::operator new(size));
    ::operator delete(::operator new(size, nothrow), nothrow);
    ::operator delete[](::operator new[](size), size);
    ::operator delete[](::operator new[](size));
    ::operator delete[](::operator new[](size, nothrow), nothrow);
    const align_val_t wide{256};
    ::operator delete(::operator new(size, wide), size, wide);
    ::operator delete(::operator new(size, wide), wide);
    ::operator delete(::operator new(size, wide, nothrow), wide, nothrow);
    ::operator delete[](::operator new[](size, wide), size, wide);
    ::operator delete[](::operator new[](size, wide), wide);
    ::operator delete[](::operator new[](size, wide, nothrow), wide, nothrow);
  }
  std::vector<std::string> list(100, std::string(100, 'x'));
  list.clear();
  list.shrink_to_fit();
  CHECK(made == released);
  // The forms above that stand on what is replaced, three sizes each; 1 and 4 also serve the containers.
  const int expected[] = {0, 18, 18, 9, 18};
  CHECK(REPLACE == 1 || REPLACE == 4 ? made > expected[REPLACE] : made == expected[REPLACE]);
}
