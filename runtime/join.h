// SPDX-License-Identifier: Apache-2.0
// Has this process an allocator of its own choice, which a guest must join?
#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(hidden)

/// The replaceable forms of operator new and delete, as X(form, mangled name).
#if __SIZEOF_SIZE_T__ == __SIZEOF_LONG__ && !defined __i386__ && !defined __arm__
#define CXX_ALLOC_SIZE "m"
#else
#define CXX_ALLOC_SIZE "j"
#endif
#define CXX_ALLOC_OPERATORS(X)                                                                                         \
  X(new, "_Znw" CXX_ALLOC_SIZE)                                                                                        \
  X(new_array, "_Zna" CXX_ALLOC_SIZE)                                                                                  \
  X(new_nothrow, "_Znw" CXX_ALLOC_SIZE "RKSt9nothrow_t")                                                               \
  X(new_array_nothrow, "_Zna" CXX_ALLOC_SIZE "RKSt9nothrow_t")                                                         \
  X(new_aligned, "_Znw" CXX_ALLOC_SIZE "St11align_val_t")                                                              \
  X(new_array_aligned, "_Zna" CXX_ALLOC_SIZE "St11align_val_t")                                                        \
  X(new_aligned_nothrow, "_Znw" CXX_ALLOC_SIZE "St11align_val_tRKSt9nothrow_t")                                        \
  X(new_array_aligned_nothrow, "_Zna" CXX_ALLOC_SIZE "St11align_val_tRKSt9nothrow_t")                                  \
  X(delete, "_ZdlPv")                                                                                                  \
  X(delete_array, "_ZdaPv")                                                                                            \
  X(delete_nothrow, "_ZdlPvRKSt9nothrow_t")                                                                            \
  X(delete_array_nothrow, "_ZdaPvRKSt9nothrow_t")                                                                      \
  X(delete_aligned, "_ZdlPvSt11align_val_t")                                                                           \
  X(delete_array_aligned, "_ZdaPvSt11align_val_t")                                                                     \
  X(delete_aligned_nothrow, "_ZdlPvSt11align_val_tRKSt9nothrow_t")                                                     \
  X(delete_array_aligned_nothrow, "_ZdaPvSt11align_val_tRKSt9nothrow_t")                                               \
  X(delete_sized, "_ZdlPv" CXX_ALLOC_SIZE)                                                                             \
  X(delete_array_sized, "_ZdaPv" CXX_ALLOC_SIZE)                                                                       \
  X(delete_sized_aligned, "_ZdlPv" CXX_ALLOC_SIZE "St11align_val_t")                                                   \
  X(delete_array_sized_aligned, "_ZdaPv" CXX_ALLOC_SIZE "St11align_val_t")

enum cxx_alloc_operator {
#define X(form, mangled) cxx_alloc_form_##form,
  CXX_ALLOC_OPERATORS(X)
#undef X
      cxx_alloc_operator_count
};

enum cxx_alloc_bond {
  cxx_alloc_unsettled,
  cxx_alloc_private,        ///< the process has libc's malloc and its C++ runtime's operators: a guest keeps to itself
  cxx_alloc_joined_malloc,  ///< the process has a malloc of its own, and no operator new that can be seen
  cxx_alloc_joined_operators,  ///< … or operators of its own; use those of cxx_alloc_process_operators that are there
};

/// Anything but cxx_alloc_unsettled stays as it is: what `malloc` means in a library is settled when it is loaded.
extern int cxx_alloc_bond;
/// By enum cxx_alloc_operator; what the process does not show is NULL. Valid when settled.
extern void *cxx_alloc_process_operators[cxx_alloc_operator_count];

/// Finds out, once; returns the bond. Any thread may be first.
int cxx_alloc_settle(void);

/// The executable's own table, if it is the one of the malloc in use, or NULL. Only after joining.
const void *cxx_alloc_process_table(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
