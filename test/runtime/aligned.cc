// SPDX-License-Identifier: Apache-2.0
// Aligned new has the alignment, and the size class that a sized delete returns the block to: the class that
// aligned_alloc has too. A block that went back to another class would be handed out to a size that it does not hold.
#include <malloc.h>

#include <cstdint>
#include <new>

#include "check.h"

using std::align_val_t;
using std::size_t;

int main() {
  for (size_t alignment = 1; alignment <= 4096; alignment *= 2) {
    for (size_t size = 0; size <= 20000; size += size < 600 ? 1 : 97) {
      void *other = aligned_alloc(alignment, size ? size : 1);
      size_t usable = malloc_usable_size(other);
      free(other);
      void *block = ::operator new(size, align_val_t(alignment));
      CHECK(is_aligned(block, alignment) && malloc_usable_size(block) == usable);
      // As a number: GCC 16 takes for granted that malloc() returns no pointer that it has seen before.
      const volatile auto freed = reinterpret_cast<std::uintptr_t>(block);
      ::operator delete(block, size, align_val_t(alignment));
      // What a thread freed last, it gets first: from the same class, that is.
      void *next = malloc(usable);
      CHECK(usable > 14336 || reinterpret_cast<std::uintptr_t>(next) == freed);
      free(next);
      block = ::operator new[](size, align_val_t(alignment), std::nothrow);
      CHECK(is_aligned(block, alignment) && malloc_usable_size(block) == usable);
      ::operator delete[](block, align_val_t(alignment));
    }
  }
  // No sum of size and alignment may overflow into a small size.
  for (size_t alignment = 1; alignment <= 4096; alignment *= 2)
    for (size_t less = 1; less < 5000; less += 37)
      CHECK(::operator new(-less, align_val_t(alignment), std::nothrow) == nullptr);
}
