// SPDX-License-Identifier: Apache-2.0
// What LTO inlines malloc into. The loops are looked at in the disassembly; the program finds out whether the heap is
// whole.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <thread>
#include <vector>

namespace {

int handler_calls;

void keep(void *block) { __asm__ volatile("" : : "r"(block) : "memory"); }

void require(bool condition, int line) {
  if (!condition) {
    std::fprintf(stderr, "lto_inlined.cc:%d\n", line);
    std::abort();
  }
}
#define REQUIRE(condition) require(condition, __LINE__)

struct alignas(64) Aligned {
  char bytes[128];
};

}  // namespace

extern "C" {

__attribute__((noinline, used)) void loop_malloc(int count) {
  while (count--) {
    void *block = std::malloc(64);
    keep(block);
    std::free(block);
  }
}

__attribute__((noinline, used)) void loop_new(int count) {
  while (count--) {
    auto *block = new std::uint64_t[4];
    keep(block);
    delete[] block;
    auto *other = new std::uint64_t(1);
    keep(other);
    delete other;
  }
}

__attribute__((noinline, used)) void loop_aligned(int count) {
  while (count--) {
    auto *block = new Aligned;
    keep(block);
    delete block;
  }
}
}

namespace {

// Compilers know that calloc, realloc, strdup and the like change nothing that a program can see. They take blocks out
// of the cache that the inlined malloc looks into.
__attribute__((noinline)) void mix_calls(int seed) {
  for (int i = 0; i < 20000; ++i) {
    char *first = static_cast<char *>(std::malloc(32));
    char *second = static_cast<char *>(std::calloc(1, 32));
    char *third = static_cast<char *>(std::malloc(32));
    char *fourth = strdup("thirty characters, and a zero");
    char *fifth = new char[32];
    second = static_cast<char *>(std::realloc(second, 32 + (i & 1) * 200));
    char *sixth = static_cast<char *>(std::malloc(32));
    void *seventh = std::aligned_alloc(16, 32);
    char *eighth = new char[32];
    void *all[] = {first, second, third, fourth, fifth, sixth, seventh, eighth};
    for (int one = 0; one < 8; ++one) {
      for (int other = 0; other < one; ++other) REQUIRE(all[one] != all[other]);
      std::memset(all[one], seed + one, 24);
    }
    for (int one = 0; one < 8; ++one)
      REQUIRE(static_cast<unsigned char *>(all[one])[23] == (unsigned char)(seed + one));
    std::free(third);
    second = static_cast<char *>(std::realloc(second, 64));
    delete[] fifth;
    std::free(second);
    std::free(seventh);
    delete[] eighth;
    std::free(sixth);
    std::free(fourth);
    std::free(first);
  }
}

// Many sizes, some of them large, in vectors and strings that grow; freed by another thread.
__attribute__((noinline)) std::vector<std::string> grow(unsigned seed) {
  std::vector<std::string> strings;
  for (int i = 0; i < 3000; ++i) {
    seed = seed * 1103515245 + 12345;
    strings.emplace_back(seed >> 16 & (i % 100 ? 0x3ff : 0xffff), static_cast<char>('a' + i % 26));
    if (strings.size() > 500) strings.erase(strings.begin(), strings.begin() + 250);
  }
  for (auto &text : strings)
    for (char letter : text) REQUIRE(letter == text[0]);
  return strings;
}

void in_threads() {
  std::vector<std::vector<std::string>> made(4);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 4; ++i)
    threads.emplace_back([&made, i] {
      mix_calls(static_cast<int>(i));
      made[i] = grow(i + 1);
    });
  for (auto &thread : threads) thread.join();
}

__attribute__((noinline)) void out_of_memory() {
  volatile std::size_t huge = SIZE_MAX / 2;
  bool is_thrown = false;
  try {
    keep(::operator new(huge));
  } catch (const std::bad_alloc &) {
    is_thrown = true;
  }
  REQUIRE(is_thrown);
  void *volatile nothing = new (std::nothrow) char[huge];  // volatile: a compiler may leave out what nobody keeps
  REQUIRE(nothing == nullptr);
  nothing = std::malloc(huge);
  REQUIRE(nothing == nullptr);
  std::set_new_handler([] {
    if (++handler_calls == 3) std::set_new_handler(nullptr);
  });
  try {
    keep(::operator new(huge, std::align_val_t(64)));
  } catch (const std::bad_alloc &) {
  }
  REQUIRE(handler_calls == 3);
  delete[] static_cast<char *>(nullptr);
  std::free(nullptr);
  ::operator delete(nullptr, std::size_t{64});
  void *volatile empty = ::operator new(0);
  REQUIRE(empty != nullptr);
  ::operator delete(empty);
}

}  // namespace

int main() {
  for (int i = 0; i < 3; ++i) {
    loop_malloc(100);
    loop_new(100);
    loop_aligned(100);
  }
  auto *aligned = new Aligned;
  REQUIRE(reinterpret_cast<std::uintptr_t>(aligned) % 64 == 0);
  delete aligned;
  mix_calls(7);
  in_threads();
  out_of_memory();
}
