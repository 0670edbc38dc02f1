// SPDX-License-Identifier: Apache-2.0
// The twenty replaceable forms of operator new and delete.
//
// jemalloc's own are not used: they need libstdc++'s private std::__throw_bad_alloc, return misaligned memory after a
// new-handler has run (5.3.1), and disagree about the size class of an aligned block of zero bytes. What is used here
// from the C++ runtime exists under the same names in libstdc++ and libc++.
//
// The fast paths are the allocator's, inlined through "fast_path.h" of its folder. They bind to the allocator directly,
// not to the preemptible malloc: when a program brings its own malloc, this file is not linked. All forms are weak; a
// program that replaces only some is linked without this file, because the forms it leaves out must forward to its own.
#include <cstddef>
#include <new>

#include "fast_path.h"

namespace {

#define CXX_ALLOC_WEAK __attribute__((weak, visibility("default")))
#define CXX_ALLOC_COLD __attribute__((cold, noinline))

// [new.delete.single]: ask the handler for memory until it gives some, throws, or is no longer there.
CXX_ALLOC_COLD void *ask_handler(std::size_t size, std::size_t alignment) {
  for (;;) {
    std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
    if (void *block = cxx_alloc_fast_path::allocate_again(size, alignment)) return block;
  }
}

CXX_ALLOC_COLD void *ask_handler_or_null(std::size_t size, std::size_t alignment) noexcept {
  try {
    return ask_handler(size, alignment);
  } catch (...) {
    return nullptr;
  }
}

// What the fast path falls back to, as a tail call: the cache of the thread was empty, or the size is large.
__attribute__((noinline)) void *allocate_slowly(std::size_t size) {
  void *block = cxx_alloc_fast_path::allocate_slowly(size);
  return __builtin_expect(block != nullptr, 1) ? block : ask_handler(size, 1);
}

__attribute__((noinline)) void *allocate_slowly_or_null(std::size_t size) noexcept {
  void *block = cxx_alloc_fast_path::allocate_slowly(size);
  return __builtin_expect(block != nullptr, 1) ? block : ask_handler_or_null(size, 1);
}

inline void *allocate_aligned(std::size_t size, std::align_val_t alignment) {
  std::size_t bytes = static_cast<std::size_t>(alignment);
  void *block = cxx_alloc_fast_path::allocate_aligned(size, bytes);
  return __builtin_expect(block != nullptr, 1) ? block : ask_handler(size, bytes);
}

inline void *allocate_aligned_or_null(std::size_t size, std::align_val_t alignment) noexcept {
  std::size_t bytes = static_cast<std::size_t>(alignment);
  void *block = cxx_alloc_fast_path::allocate_aligned(size, bytes);
  return __builtin_expect(block != nullptr, 1) ? block : ask_handler_or_null(size, bytes);
}

}  // namespace

namespace fast = cxx_alloc_fast_path;
using std::align_val_t;
using std::nothrow_t;
using std::size_t;

CXX_ALLOC_WEAK void *operator new(size_t size) { return fast::allocate(size, &allocate_slowly); }
CXX_ALLOC_WEAK void *operator new[](size_t size) { return fast::allocate(size, &allocate_slowly); }
CXX_ALLOC_WEAK void *operator new(size_t size, const nothrow_t &) noexcept {
  return fast::allocate(size, &allocate_slowly_or_null);
}
CXX_ALLOC_WEAK void *operator new[](size_t size, const nothrow_t &) noexcept {
  return fast::allocate(size, &allocate_slowly_or_null);
}
CXX_ALLOC_WEAK void *operator new(size_t size, align_val_t alignment) { return allocate_aligned(size, alignment); }
CXX_ALLOC_WEAK void *operator new[](size_t size, align_val_t alignment) { return allocate_aligned(size, alignment); }
CXX_ALLOC_WEAK void *operator new(size_t size, align_val_t alignment, const nothrow_t &) noexcept {
  return allocate_aligned_or_null(size, alignment);
}
CXX_ALLOC_WEAK void *operator new[](size_t size, align_val_t alignment, const nothrow_t &) noexcept {
  return allocate_aligned_or_null(size, alignment);
}

CXX_ALLOC_WEAK void operator delete(void *block) noexcept { fast::deallocate(block); }
CXX_ALLOC_WEAK void operator delete[](void *block) noexcept { fast::deallocate(block); }
CXX_ALLOC_WEAK void operator delete(void *block, const nothrow_t &) noexcept { fast::deallocate(block); }
CXX_ALLOC_WEAK void operator delete[](void *block, const nothrow_t &) noexcept { fast::deallocate(block); }
CXX_ALLOC_WEAK void operator delete(void *block, align_val_t) noexcept { fast::deallocate(block); }
CXX_ALLOC_WEAK void operator delete[](void *block, align_val_t) noexcept { fast::deallocate(block); }
CXX_ALLOC_WEAK void operator delete(void *block, align_val_t, const nothrow_t &) noexcept { fast::deallocate(block); }
CXX_ALLOC_WEAK void operator delete[](void *block, align_val_t, const nothrow_t &) noexcept { fast::deallocate(block); }

CXX_ALLOC_WEAK void operator delete(void *block, size_t size) noexcept { fast::deallocate_sized(block, size); }
CXX_ALLOC_WEAK void operator delete[](void *block, size_t size) noexcept { fast::deallocate_sized(block, size); }
CXX_ALLOC_WEAK void operator delete(void *block, size_t size, align_val_t alignment) noexcept {
  fast::deallocate_sized_aligned(block, size, static_cast<size_t>(alignment));
}
CXX_ALLOC_WEAK void operator delete[](void *block, size_t size, align_val_t alignment) noexcept {
  fast::deallocate_sized_aligned(block, size, static_cast<size_t>(alignment));
}
