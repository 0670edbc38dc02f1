// SPDX-License-Identifier: Apache-2.0
// Does the C++ API keep its word in this process? Usage: check NAME, as cxx_alloc_name() should answer.
#include <cxx_alloc/allocator.hpp>

#include "check.h"

#include <cstdio>
#include <cstring>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace {

struct alignas(64) Line {
  char bytes[64];
};
struct alignas(8192) Pages {
  char bytes[3 * 8192];
};

template <class T> bool is_aligned(const T *object) {
  return reinterpret_cast<std::uintptr_t>(object) % alignof(T) == 0;
}

void check_containers() {
  using Text = std::basic_string<char, std::char_traits<char>, cxx_alloc::allocator<char>>;
  std::vector<Text, cxx_alloc::allocator<Text>> words;
  for (int i = 0; i < 1000; i++) words.emplace_back(static_cast<std::size_t>(i), 'x');
  std::list<Line, cxx_alloc::allocator<Line>> lines(100);
  for (const Line &line : lines) CHECK(is_aligned(&line));
  std::deque<Pages, cxx_alloc::allocator<Pages>> pages(5);
  for (const Pages &page : pages) CHECK(is_aligned(&page));
  std::map<int, int, std::less<>, cxx_alloc::allocator<std::pair<const int, int>>> squares;
  for (int i = 0; i < 1000; i++) squares[i] = i * i;
  CHECK(words[999].size() == 999 && squares.at(31) == 961);

  std::vector<Text, cxx_alloc::allocator<Text>> moved;
  const Text *first = words.data();
  moved = std::move(words);
  CHECK(moved.data() == first);
  std::thread([moved = std::move(moved)]() mutable { moved.clear(); }).join();

  auto shared = std::allocate_shared<Line>(cxx_alloc::allocator<Line>());
  CHECK(is_aligned(shared.get()));
}

void check_traits() {
  using Traits = std::allocator_traits<cxx_alloc::allocator<int>>;
  static_assert(Traits::is_always_equal::value);
  static_assert(std::is_same_v<Traits::rebind_alloc<char>, cxx_alloc::allocator<char>>);
  static_assert(std::is_empty_v<cxx_alloc::allocator<int>>);
  static_assert(std::is_nothrow_default_constructible_v<cxx_alloc::allocator<int>>);
  static_assert(cxx_alloc::allocator<int>() == cxx_alloc::allocator<char>());
  static_assert(!(cxx_alloc::allocator<int>() != cxx_alloc::allocator<char>()));
}

void check_resource() {
#if __has_include(<memory_resource>)
  std::pmr::memory_resource *heap = cxx_alloc::resource();
  CHECK(heap == cxx_alloc::resource() && heap->is_equal(*heap));
  CHECK(!heap->is_equal(*std::pmr::new_delete_resource()));
  for (std::size_t alignment = 1; alignment <= 65536; alignment *= 2) {
    void *block = heap->allocate(100, alignment);
    CHECK(reinterpret_cast<std::uintptr_t>(block) % alignment == 0);
    heap->deallocate(block, 100, alignment);
  }
  heap->deallocate(heap->allocate(0), 0);
  std::pmr::unordered_map<int, std::pmr::string> texts(heap);
  for (int i = 0; i < 1000; i++) texts[i] = std::pmr::string(100, 'x');
  std::pmr::synchronized_pool_resource pool(heap);
  std::pmr::vector<std::pmr::string> in_pool(1000, &pool);
  // Destroyed after the resource would be, if it were.
  static std::pmr::vector<int> until_the_end(1000, heap);
#endif
}

template <class Exception, class Function> bool throws(Function function) {
  try {
    function();
  } catch (const Exception &) {
    return true;
  }
  return false;
}

// A compiler may take away what it sees nobody use, with the failure that it would have had: GCC 16 does.
void *volatile used;
int handled = 0;

void check_exceptions() {
  volatile std::size_t too_many = PTRDIFF_MAX;
  cxx_alloc::allocator<char> chars;
  cxx_alloc::allocator<Line> lines;
  CHECK(throws<std::bad_array_new_length>([&] { used = lines.allocate(too_many); }));
  CHECK(throws<std::bad_alloc>([&] { used = chars.allocate(too_many); }));
  CHECK(throws<std::bad_alloc>([&] { used = lines.allocate(too_many / 64); }));
#if __has_include(<memory_resource>)
  CHECK(throws<std::bad_alloc>([&] { used = cxx_alloc::resource()->allocate(too_many, 4096); }));
#endif
  std::set_new_handler([] {
    if (++handled == 3) throw 42;  // a handler may throw what it likes
  });
  CHECK(throws<int>([&] { used = chars.allocate(too_many); }) && handled == 3);
  std::set_new_handler([] { std::set_new_handler(nullptr); });
  CHECK(throws<std::bad_alloc>([&] { used = chars.allocate(too_many); }));
}

}  // namespace

int main(int argc, char **argv) {
  CHECK(argc == 2);
  std::printf("%s\n", cxx_alloc_name());
  CHECK(std::strcmp(cxx_alloc_name(), argv[1]) == 0);
  check_containers();
  check_traits();
  check_resource();
  if (std::strcmp(argv[1], "sanitizer") != 0) check_exceptions();  // a sanitizer ends the program instead
}
