// SPDX-License-Identifier: Apache-2.0
// Pairs of an allocation and its release, each in a loop of its own: loops ROUNDS prints a line "name nanoseconds" for
// each.
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace {

struct alignas(64) Aligned {
  char bytes[128];
};
struct Plain {
  char bytes[64];
};

void keep(void *block) { __asm__ volatile("" : : "r"(block) : "memory"); }

}  // namespace

#define LOOP(name, allocate, release)                                                                                  \
  extern "C" __attribute__((noinline)) void name(unsigned count) {                                                     \
    for (unsigned i = 0; i < count; ++i) {                                                                             \
      auto *block = allocate;                                                                                          \
      keep(block);                                                                                                     \
      release;                                                                                                         \
    }                                                                                                                  \
  }

LOOP(loop_malloc, std::malloc(64), std::free(block))
LOOP(loop_new, ::operator new(64), ::operator delete(block))
LOOP(loop_sized, new Plain, delete block)
LOOP(loop_aligned, new Aligned, delete block)
LOOP(loop_any, std::malloc(16 + (i & 255)), std::free(block))

int main(int argc, char **argv) {
  auto count = static_cast<unsigned>(argc > 1 ? std::atoi(argv[1]) : 1000);
  const struct {
    const char *name;
    void (*run)(unsigned);
  } loops[] = {{"loop_malloc", loop_malloc},
               {"loop_new", loop_new},
               {"loop_sized", loop_sized},
               {"loop_aligned", loop_aligned},
               {"loop_any", loop_any}};
  for (const auto &loop : loops) {
    auto start = std::chrono::steady_clock::now();
    loop.run(count);
    std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
    std::printf("%s %.3f\n", loop.name, taken.count() / count);
  }
}
