// SPDX-License-Identifier: Apache-2.0
/// What <cxx_alloc/allocator.h> offers, for C++20's containers: an allocator and a memory resource that give memory back
/// with its size and alignment. Both use the allocator of the process, whichever that is; neither has any state.
///
/// When there is no memory, both do what operator new does: call the new-handler until it provides some, and throw
/// std::bad_alloc if there is none. With -fno-exceptions they call std::abort() instead of throwing.
#ifndef CXX_ALLOC_ALLOCATOR_HPP
#define CXX_ALLOC_ALLOCATOR_HPP

#include "allocator.h"

#include <cstddef>
#include <cstdlib>
#include <limits>
#include <new>
#include <type_traits>
#if __has_include(<memory_resource>)
#include <memory_resource>
#endif

namespace cxx_alloc {

namespace detail {

template <class Exception>
[[noreturn]] inline void fail() {
#ifdef __cpp_exceptions
  throw Exception();
#else
  std::abort();
#endif
}

[[nodiscard]] inline void *allocate_or_throw(std::size_t size, std::size_t alignment) {
  for (;;) {
    if (void *block = cxx_alloc_allocate(size, alignment)) return block;
    std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) fail<std::bad_alloc>();
    handler();
  }
}

}  // namespace detail

/// A standard allocator. All of them are equal, so that containers swap and move without copying.
template <class T>
struct allocator {
  using value_type = T;
  using is_always_equal = std::true_type;
  using propagate_on_container_move_assignment = std::true_type;

  constexpr allocator() noexcept = default;
  template <class U>
  constexpr allocator(const allocator<U> &) noexcept {}

  /// Returns memory for `count` objects, aligned for T, over-aligned types included.
  /// Throws std::bad_array_new_length if that many cannot exist, std::bad_alloc if there is no memory.
  [[nodiscard]] T *allocate(std::size_t count) {
    if (count > static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()) / sizeof(T))
      detail::fail<std::bad_array_new_length>();
    return static_cast<T *>(detail::allocate_or_throw(count * sizeof(T), alignof(T)));
  }

  void deallocate(T *block, std::size_t count) noexcept { cxx_alloc_deallocate(block, count * sizeof(T), alignof(T)); }

  template <class U>
  friend constexpr bool operator==(const allocator &, const allocator<U> &) noexcept {
    return true;
  }
};

// libc++ before 16 has no <memory_resource>.
#if __has_include(<memory_resource>)
namespace detail {

class process_resource final : public std::pmr::memory_resource {
  void *do_allocate(std::size_t size, std::size_t alignment) override { return allocate_or_throw(size, alignment); }
  void do_deallocate(void *block, std::size_t size, std::size_t alignment) override {
    cxx_alloc_deallocate(block, size, alignment);
  }
  bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override { return this == &other; }
};

}  // namespace detail

/// The memory resource of the process's allocator; the counterpart of std::pmr::new_delete_resource(). It is never
/// destroyed, so that objects with static storage may use it to the end.
/// A shared library with hidden visibility may see another one than the program; the two compare unequal, and containers
/// that move between them copy.
[[nodiscard]] inline std::pmr::memory_resource *resource() noexcept {
  alignas(detail::process_resource) static unsigned char storage[sizeof(detail::process_resource)];
  static std::pmr::memory_resource *const only = ::new (static_cast<void *>(storage)) detail::process_resource;
  return only;
}
#endif

}  // namespace cxx_alloc

#endif
