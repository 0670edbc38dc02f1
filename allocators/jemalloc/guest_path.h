// SPDX-License-Identifier: Apache-2.0
// What runtime/operators.cc stands on inside a shared library.
#pragma once

extern "C" {
#include "jemalloc/internal/jemalloc_preamble.h"

#include "jemalloc/internal/jemalloc_internal_includes.h"
}
#include "guest.h"

namespace cxx_alloc_fast_path {

__attribute__((always_inline)) inline void *allocate(size_t size, void *(*fallback)(size_t)) {
  return likely(cxx_alloc_bond == cxx_alloc_private) ? imalloc_fastpath(size, fallback) : fallback(size);
}
inline void *allocate_slowly(size_t size) { return cxa_guest_allocate(size); }
inline void *allocate_again(size_t size, size_t alignment) {
  return alignment == 1 ? cxa_guest_allocate(size) : cxa_guest_allocate_aligned(size, alignment);
}
/// No fast path for aligned blocks here.
constexpr size_t plain_size(size_t, size_t) { return 0; }
inline void *allocate_aligned(size_t size, size_t alignment) { return cxa_guest_allocate_aligned(size, alignment); }
inline void deallocate(void *block) { cxa_guest_deallocate(block); }
inline void deallocate_sized(void *block, size_t size) { cxa_guest_deallocate_sized(block, size); }
inline void deallocate_sized_aligned(void *block, size_t size, size_t alignment) {
  cxa_guest_deallocate_sized_aligned(block, size, alignment);
}

/// True when the operators of the process are to be used.
inline bool hands_on() {
  return unlikely(cxx_alloc_bond != cxx_alloc_private) && cxx_alloc_settle() == cxx_alloc_joined_operators;
}

/// The process's own operator, or null.
template <cxx_alloc_operator form, class Operator> inline Operator *process_operator() {
  return hands_on() ? reinterpret_cast<Operator *>(cxx_alloc_process_operators[form]) : nullptr;
}

}  // namespace cxx_alloc_fast_path

#define CXX_ALLOC_HAND_ON(form, type, ...)                                                                             \
  if (auto *in_process = cxx_alloc_fast_path::process_operator<cxx_alloc_form_##form, type>())                         \
  return in_process(__VA_ARGS__)
