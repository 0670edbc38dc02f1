// SPDX-License-Identifier: Apache-2.0
// new followed by delete, in the forms that compilers call: `pairs plain`, `pairs sized`, `pairs aligned`.
#include <cstring>
#include <new>

#include "bench.h"

int main(int argc, char **argv) {
  const char *form = argc > 1 ? argv[1] : "plain";
  std::size_t rounds = bench::amount(argc > 2 ? argc : 1, argv, 8'000'000);
  // Sixteen sizes, 16 to 256 bytes.
  auto size_of = [](std::size_t i) { return (i & 15) * 16 + 16; };
  if (!std::strcmp(form, "plain")) {
    for (std::size_t i = 0; i < 2 * rounds; ++i) {
      void *block = ::operator new(size_of(i));
      bench::keep(block);
      ::operator delete(block);
    }
  } else if (!std::strcmp(form, "sized")) {
    for (std::size_t i = 0; i < 2 * rounds; ++i) {
      void *block = ::operator new(size_of(i));
      bench::keep(block);
      ::operator delete(block, size_of(i));
    }
  } else {
    constexpr std::align_val_t line{64};
    for (std::size_t i = 0; i < rounds / 2; ++i) {
      void *block = ::operator new(size_of(i), line);
      bench::keep(block);
      ::operator delete(block, size_of(i), line);
    }
  }
}
