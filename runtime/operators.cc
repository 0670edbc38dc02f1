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

#include "chosen.h"
#include "fast_path.h"
#include "join.h"

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
  if (std::size_t plain = cxx_alloc_fast_path::plain_size(size, bytes))
    return cxx_alloc_fast_path::allocate(plain, &allocate_slowly);
  void *block = cxx_alloc_fast_path::allocate_aligned(size, bytes);
  return __builtin_expect(block != nullptr, 1) ? block : ask_handler(size, bytes);
}

inline void *allocate_aligned_or_null(std::size_t size, std::align_val_t alignment) noexcept {
  std::size_t bytes = static_cast<std::size_t>(alignment);
  if (std::size_t plain = cxx_alloc_fast_path::plain_size(size, bytes))
    return cxx_alloc_fast_path::allocate(plain, &allocate_slowly_or_null);
  void *block = cxx_alloc_fast_path::allocate_aligned(size, bytes);
  return __builtin_expect(block != nullptr, 1) ? block : ask_handler_or_null(size, bytes);
}

inline void deallocate_sized_aligned(void *block, std::size_t size, std::align_val_t alignment) {
  std::size_t bytes = static_cast<std::size_t>(alignment);
  if (std::size_t plain = cxx_alloc_fast_path::plain_size(size, bytes))
    return cxx_alloc_fast_path::deallocate_sized(block, plain);
  cxx_alloc_fast_path::deallocate_sized_aligned(block, size, bytes);
}

}  // namespace

namespace fast = cxx_alloc_fast_path;
using std::align_val_t;
using std::nothrow_t;
using std::size_t;

// A strong second name for each, for valgrind, as in executable.c of allocators/jemalloc; and, in a library, the mark
// of what is nobody else's. <new> declares the operators visible, and GCC 12 and clang 22 both ignore another
// attribute.
#ifdef CXX_ALLOC_GUEST
#define CXX_ALLOC_HIDE(mangled) __asm__(".hidden " mangled);
#define CXX_ALLOC_SECOND_VISIBILITY "hidden"
#else
#define CXX_ALLOC_HIDE(mangled)
#define CXX_ALLOC_SECOND_VISIBILITY "default"
#endif
#define X(form, mangled)                                                                                               \
  CXX_ALLOC_HIDE(mangled)                                                                                              \
  extern "C" __attribute__((visibility(CXX_ALLOC_SECOND_VISIBILITY), alias(mangled))) void cxx_alloc_operator_##form();
CXX_ALLOC_OPERATORS(X)
#undef X

#if !defined(CXX_ALLOC_FORWARD) && !defined(CXX_ALLOC_GUEST)
#define X(form, mangled) CXX_ALLOC_CHOSEN(mangled, "cxx_alloc_operator_" #form)
CXX_ALLOC_CHOSEN_BEGIN(CXX_ALLOC_PRIVATE_NOTE_CHOSEN_OPERATORS)
CXX_ALLOC_OPERATORS(X)
CXX_ALLOC_CHOSEN_END
#undef X
#endif

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
}  // namespace
// The library's own first; then the process's, form by form, and where a form is not to be seen, the one it stands on.
#define FORWARD(condition, call, ...)                                                                                  \
  if (condition()) return call;                                                                                        \
  CXX_ALLOC_HAND_ON(__VA_ARGS__);                                                                                      \
  if (fast::hands_on()) return call
#else
#define FORWARD(condition, call, ...) static_cast<void>(0)
#endif

CXX_ALLOC_WEAK void *operator new(size_t size) {
  CXX_ALLOC_HAND_ON(new, void *(size_t), size);
  return fast::allocate(size, &allocate_slowly);
}
CXX_ALLOC_WEAK void *operator new[](size_t size) {
  FORWARD(new_is_replaced, ::operator new(size), new_array, void *(size_t), size);
  return fast::allocate(size, &allocate_slowly);
}
CXX_ALLOC_WEAK void *operator new(size_t size, const nothrow_t &) noexcept {
  FORWARD(new_is_replaced, or_null([=] { return ::operator new(size); }), new_nothrow,
          void *(size_t, const nothrow_t &) noexcept, size, std::nothrow);
  return fast::allocate(size, &allocate_slowly_or_null);
}
CXX_ALLOC_WEAK void *operator new[](size_t size, const nothrow_t &) noexcept {
  FORWARD(new_array_is_replaced, or_null([=] { return ::operator new[](size); }), new_array_nothrow,
          void *(size_t, const nothrow_t &) noexcept, size, std::nothrow);
  return fast::allocate(size, &allocate_slowly_or_null);
}
CXX_ALLOC_WEAK void *operator new(size_t size, align_val_t alignment) {
  CXX_ALLOC_HAND_ON(new_aligned, void *(size_t, align_val_t), size, alignment);
  return allocate_aligned(size, alignment);
}
CXX_ALLOC_WEAK void *operator new[](size_t size, align_val_t alignment) {
  FORWARD(new_aligned_is_replaced, ::operator new(size, alignment), new_array_aligned, void *(size_t, align_val_t),
          size, alignment);
  return allocate_aligned(size, alignment);
}
CXX_ALLOC_WEAK void *operator new(size_t size, align_val_t alignment, const nothrow_t &) noexcept {
  FORWARD(new_aligned_is_replaced, or_null([=] { return ::operator new(size, alignment); }), new_aligned_nothrow,
          void *(size_t, align_val_t, const nothrow_t &) noexcept, size, alignment, std::nothrow);
  return allocate_aligned_or_null(size, alignment);
}
CXX_ALLOC_WEAK void *operator new[](size_t size, align_val_t alignment, const nothrow_t &) noexcept {
  FORWARD(new_array_aligned_is_replaced, or_null([=] { return ::operator new[](size, alignment); }),
          new_array_aligned_nothrow, void *(size_t, align_val_t, const nothrow_t &) noexcept, size, alignment,
          std::nothrow);
  return allocate_aligned_or_null(size, alignment);
}

CXX_ALLOC_WEAK void operator delete(void *block) noexcept {
  CXX_ALLOC_HAND_ON(delete, void(void *) noexcept, block);
  fast::deallocate(block);
}
CXX_ALLOC_WEAK void operator delete[](void *block) noexcept {
  FORWARD(delete_is_replaced, ::operator delete(block), delete_array, void(void *) noexcept, block);
  fast::deallocate(block);
}
CXX_ALLOC_WEAK void operator delete(void *block, const nothrow_t &) noexcept {
  FORWARD(delete_is_replaced, ::operator delete(block), delete_nothrow, void(void *, const nothrow_t &) noexcept, block,
          std::nothrow);
  fast::deallocate(block);
}
CXX_ALLOC_WEAK void operator delete[](void *block, const nothrow_t &) noexcept {
  FORWARD(delete_array_is_replaced, ::operator delete[](block), delete_array_nothrow,
          void(void *, const nothrow_t &) noexcept, block, std::nothrow);
  fast::deallocate(block);
}
CXX_ALLOC_WEAK void operator delete(void *block, align_val_t alignment) noexcept {
  CXX_ALLOC_HAND_ON(delete_aligned, void(void *, align_val_t) noexcept, block, alignment);
  fast::deallocate(block);
}
CXX_ALLOC_WEAK void operator delete[](void *block, align_val_t alignment) noexcept {
  FORWARD(delete_aligned_is_replaced, ::operator delete(block, alignment), delete_array_aligned,
          void(void *, align_val_t) noexcept, block, alignment);
  static_cast<void>(alignment);
  fast::deallocate(block);
}
CXX_ALLOC_WEAK void operator delete(void *block, align_val_t alignment, const nothrow_t &) noexcept {
  FORWARD(delete_aligned_is_replaced, ::operator delete(block, alignment), delete_aligned_nothrow,
          void(void *, align_val_t, const nothrow_t &) noexcept, block, alignment, std::nothrow);
  static_cast<void>(alignment);
  fast::deallocate(block);
}
CXX_ALLOC_WEAK void operator delete[](void *block, align_val_t alignment, const nothrow_t &) noexcept {
  FORWARD(delete_array_aligned_is_replaced, ::operator delete[](block, alignment), delete_array_aligned_nothrow,
          void(void *, align_val_t, const nothrow_t &) noexcept, block, alignment, std::nothrow);
  static_cast<void>(alignment);
  fast::deallocate(block);
}

CXX_ALLOC_WEAK void operator delete(void *block, size_t size) noexcept {
  FORWARD(delete_is_replaced, ::operator delete(block), delete_sized, void(void *, size_t) noexcept, block, size);
  fast::deallocate_sized(block, size);
}
CXX_ALLOC_WEAK void operator delete[](void *block, size_t size) noexcept {
  FORWARD(delete_array_is_replaced, ::operator delete[](block), delete_array_sized, void(void *, size_t) noexcept,
          block, size);
  fast::deallocate_sized(block, size);
}
CXX_ALLOC_WEAK void operator delete(void *block, size_t size, align_val_t alignment) noexcept {
  FORWARD(delete_aligned_is_replaced, ::operator delete(block, alignment), delete_sized_aligned,
          void(void *, size_t, align_val_t) noexcept, block, size, alignment);
  deallocate_sized_aligned(block, size, alignment);
}
CXX_ALLOC_WEAK void operator delete[](void *block, size_t size, align_val_t alignment) noexcept {
  FORWARD(delete_array_aligned_is_replaced, ::operator delete[](block, alignment), delete_array_sized_aligned,
          void(void *, size_t, align_val_t) noexcept, block, size, alignment);
  deallocate_sized_aligned(block, size, alignment);
}
