// SPDX-License-Identifier: Apache-2.0
// The twenty replaceable forms of operator new and delete.
//
// jemalloc's own are not used: they need libstdc++'s private std::__throw_bad_alloc, return misaligned memory after a
// new-handler has run (5.3.1), and disagree about the size class of an aligned block of zero bytes. What is used here
// from the C++ runtime exists under the same names in libstdc++ and libc++.
//
// The fast paths are the allocator's, inlined through "fast_path.h" of its folder. They bind to the allocator directly,
// not to the preemptible malloc: when a program brings its own malloc, this file is not linked. All forms are weak; a
// program that replaces only some is linked by cxx-alloc without this file, because the forms it leaves out must
// forward to its own. A plain compiler takes this file from an archive, unasked: there it is compiled with
// CXX_ALLOC_FORWARD, and each form looks whether the one that it stands on is still ours.
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

} // namespace

namespace fast = cxx_alloc_fast_path;
using std::align_val_t;
using std::nothrow_t;
using std::size_t;

// A strong second name for each, for valgrind, as in executable.c of allocators/jemalloc.
#if __SIZEOF_SIZE_T__ == __SIZEOF_LONG__ && !defined __i386__ && !defined __arm__
#define CXX_ALLOC_SIZE "m"
#else
#define CXX_ALLOC_SIZE "j"
#endif
#define CXX_ALLOC_STRONG(name, mangled)                                                                                \
  extern "C" __attribute__((visibility("default"), alias(mangled))) void cxx_alloc_operator_##name()

CXX_ALLOC_STRONG(new, "_Znw" CXX_ALLOC_SIZE);
CXX_ALLOC_STRONG(new_array, "_Zna" CXX_ALLOC_SIZE);
CXX_ALLOC_STRONG(new_nothrow, "_Znw" CXX_ALLOC_SIZE "RKSt9nothrow_t");
CXX_ALLOC_STRONG(new_array_nothrow, "_Zna" CXX_ALLOC_SIZE "RKSt9nothrow_t");
CXX_ALLOC_STRONG(new_aligned, "_Znw" CXX_ALLOC_SIZE "St11align_val_t");
CXX_ALLOC_STRONG(new_array_aligned, "_Zna" CXX_ALLOC_SIZE "St11align_val_t");
CXX_ALLOC_STRONG(new_aligned_nothrow, "_Znw" CXX_ALLOC_SIZE "St11align_val_tRKSt9nothrow_t");
CXX_ALLOC_STRONG(new_array_aligned_nothrow, "_Zna" CXX_ALLOC_SIZE "St11align_val_tRKSt9nothrow_t");
CXX_ALLOC_STRONG(delete, "_ZdlPv");
CXX_ALLOC_STRONG(delete_array, "_ZdaPv");
CXX_ALLOC_STRONG(delete_nothrow, "_ZdlPvRKSt9nothrow_t");
CXX_ALLOC_STRONG(delete_array_nothrow, "_ZdaPvRKSt9nothrow_t");
CXX_ALLOC_STRONG(delete_aligned, "_ZdlPvSt11align_val_t");
CXX_ALLOC_STRONG(delete_array_aligned, "_ZdaPvSt11align_val_t");
CXX_ALLOC_STRONG(delete_aligned_nothrow, "_ZdlPvSt11align_val_tRKSt9nothrow_t");
CXX_ALLOC_STRONG(delete_array_aligned_nothrow, "_ZdaPvSt11align_val_tRKSt9nothrow_t");
CXX_ALLOC_STRONG(delete_sized, "_ZdlPv" CXX_ALLOC_SIZE);
CXX_ALLOC_STRONG(delete_array_sized, "_ZdaPv" CXX_ALLOC_SIZE);
CXX_ALLOC_STRONG(delete_sized_aligned, "_ZdlPv" CXX_ALLOC_SIZE "St11align_val_t");
CXX_ALLOC_STRONG(delete_array_sized_aligned, "_ZdaPv" CXX_ALLOC_SIZE "St11align_val_t");

#ifdef CXX_ALLOC_FORWARD
namespace {
using Name = void (*)();
template <class Operator> inline bool is_replaced(Operator *in_use, Name ours) {
  return __builtin_expect(reinterpret_cast<Name>(in_use) != ours, 0);
}
inline bool new_is_replaced() { return is_replaced<void *(size_t)>(&::operator new, cxx_alloc_operator_new); }
inline bool new_array_is_replaced() {
  return new_is_replaced() || is_replaced<void *(size_t)>(&::operator new[], cxx_alloc_operator_new_array);
}
inline bool new_aligned_is_replaced() {
  return is_replaced<void *(size_t, align_val_t)>(&::operator new, cxx_alloc_operator_new_aligned);
}
inline bool new_array_aligned_is_replaced() {
  return new_aligned_is_replaced() ||
         is_replaced<void *(size_t, align_val_t)>(&::operator new[], cxx_alloc_operator_new_array_aligned);
}
inline bool delete_is_replaced() {
  return is_replaced<void(void *) noexcept>(&::operator delete, cxx_alloc_operator_delete);
}
inline bool delete_array_is_replaced() {
  return delete_is_replaced() ||
         is_replaced<void(void *) noexcept>(&::operator delete[], cxx_alloc_operator_delete_array);
}
inline bool delete_aligned_is_replaced() {
  return is_replaced<void(void *, align_val_t) noexcept>(&::operator delete, cxx_alloc_operator_delete_aligned);
}
inline bool delete_array_aligned_is_replaced() {
  return delete_aligned_is_replaced() ||
         is_replaced<void(void *, align_val_t) noexcept>(&::operator delete[], cxx_alloc_operator_delete_array_aligned);
}
template <class Call> CXX_ALLOC_COLD void *or_null(Call call) noexcept {
  try {
    return call();
  } catch (...) {
    return nullptr;
  }
}
} // namespace
#define FORWARD(condition, call)                                                                                       \
  if (condition()) return call
#else
#define FORWARD(condition, call) static_cast<void>(0)
#endif

CXX_ALLOC_WEAK void *operator new(size_t size) { return fast::allocate(size, &allocate_slowly); }
CXX_ALLOC_WEAK void *operator new[](size_t size) {
  FORWARD(new_is_replaced, ::operator new(size));
  return fast::allocate(size, &allocate_slowly);
}
CXX_ALLOC_WEAK void *operator new(size_t size, const nothrow_t &) noexcept {
  FORWARD(new_is_replaced, or_null([=] { return ::operator new(size); }));
  return fast::allocate(size, &allocate_slowly_or_null);
}
CXX_ALLOC_WEAK void *operator new[](size_t size, const nothrow_t &) noexcept {
  FORWARD(new_array_is_replaced, or_null([=] { return ::operator new[](size); }));
  return fast::allocate(size, &allocate_slowly_or_null);
}
CXX_ALLOC_WEAK void *operator new(size_t size, align_val_t alignment) { return allocate_aligned(size, alignment); }
CXX_ALLOC_WEAK void *operator new[](size_t size, align_val_t alignment) {
  FORWARD(new_aligned_is_replaced, ::operator new(size, alignment));
  return allocate_aligned(size, alignment);
}
CXX_ALLOC_WEAK void *operator new(size_t size, align_val_t alignment, const nothrow_t &) noexcept {
  FORWARD(new_aligned_is_replaced, or_null([=] { return ::operator new(size, alignment); }));
  return allocate_aligned_or_null(size, alignment);
}
CXX_ALLOC_WEAK void *operator new[](size_t size, align_val_t alignment, const nothrow_t &) noexcept {
  FORWARD(new_array_aligned_is_replaced, or_null([=] { return ::operator new[](size, alignment); }));
  return allocate_aligned_or_null(size, alignment);
}

CXX_ALLOC_WEAK void operator delete(void *block) noexcept { fast::deallocate(block); }
CXX_ALLOC_WEAK void operator delete[](void *block) noexcept {
  FORWARD(delete_is_replaced, ::operator delete(block));
  fast::deallocate(block);
}
CXX_ALLOC_WEAK void operator delete(void *block, const nothrow_t &) noexcept {
  FORWARD(delete_is_replaced, ::operator delete(block));
  fast::deallocate(block);
}
CXX_ALLOC_WEAK void operator delete[](void *block, const nothrow_t &) noexcept {
  FORWARD(delete_array_is_replaced, ::operator delete[](block));
  fast::deallocate(block);
}
CXX_ALLOC_WEAK void operator delete(void *block, align_val_t) noexcept { fast::deallocate(block); }
CXX_ALLOC_WEAK void operator delete[](void *block, align_val_t alignment) noexcept {
  FORWARD(delete_aligned_is_replaced, ::operator delete(block, alignment));
  static_cast<void>(alignment);
  fast::deallocate(block);
}
CXX_ALLOC_WEAK void operator delete(void *block, align_val_t alignment, const nothrow_t &) noexcept {
  FORWARD(delete_aligned_is_replaced, ::operator delete(block, alignment));
  static_cast<void>(alignment);
  fast::deallocate(block);
}
CXX_ALLOC_WEAK void operator delete[](void *block, align_val_t alignment, const nothrow_t &) noexcept {
  FORWARD(delete_array_aligned_is_replaced, ::operator delete[](block, alignment));
  static_cast<void>(alignment);
  fast::deallocate(block);
}

CXX_ALLOC_WEAK void operator delete(void *block, size_t size) noexcept {
  FORWARD(delete_is_replaced, ::operator delete(block));
  fast::deallocate_sized(block, size);
}
CXX_ALLOC_WEAK void operator delete[](void *block, size_t size) noexcept {
  FORWARD(delete_array_is_replaced, ::operator delete[](block));
  fast::deallocate_sized(block, size);
}
CXX_ALLOC_WEAK void operator delete(void *block, size_t size, align_val_t alignment) noexcept {
  FORWARD(delete_aligned_is_replaced, ::operator delete(block, alignment));
  fast::deallocate_sized_aligned(block, size, static_cast<size_t>(alignment));
}
CXX_ALLOC_WEAK void operator delete[](void *block, size_t size, align_val_t alignment) noexcept {
  FORWARD(delete_array_aligned_is_replaced, ::operator delete[](block, alignment));
  fast::deallocate_sized_aligned(block, size, static_cast<size_t>(alignment));
}
