// SPDX-License-Identifier: Apache-2.0
// What if there is no memory? Included before jemalloc.c: what would be refused is tried once more, when freed memory
// has gone back to the kernel. At the entry, for there no lock is held.
#pragma once

/// Returns whether there was anything to give back (freed_pages.c). False for a `size` that no giving back makes room
/// for.
__attribute__((visibility("hidden"), cold)) bool cxa_je_give_back_all(tsdn_t *tsdn, size_t size);

#define CXA_OR_AGAIN(tsdn, size, call)                                                                                 \
  ({                                                                                                                   \
    void *block_;                                                                                                      \
    bool again_ = false;                                                                                               \
    do {                                                                                                               \
      block_ = call;                                                                                                   \
    } while (unlikely(block_ == NULL) && !again_ && (again_ = cxa_je_give_back_all(tsdn, size)));                      \
    block_;                                                                                                            \
  })

#ifdef CXX_ALLOC_JEMALLOC_5_3_0
#define iallocztm(tsdn, size, ...) CXA_OR_AGAIN(tsdn, size, iallocztm(tsdn, size, __VA_ARGS__))
#define ipalloct(tsdn, size, ...) CXA_OR_AGAIN(tsdn, size, ipalloct(tsdn, size, __VA_ARGS__))
#else
#define iallocztm_explicit_slab(tsdn, size, ...)                                                                       \
  CXA_OR_AGAIN(tsdn, size, iallocztm_explicit_slab(tsdn, size, __VA_ARGS__))
#define ipalloct_explicit_slab(tsdn, size, ...)                                                                        \
  CXA_OR_AGAIN(tsdn, size, ipalloct_explicit_slab(tsdn, size, __VA_ARGS__))
#define iralloct_explicit_slab(tsdn, block, old_size, size, ...)                                                       \
  CXA_OR_AGAIN(tsdn, size, iralloct_explicit_slab(tsdn, block, old_size, size, __VA_ARGS__))
#endif
#define iralloct(tsdn, block, old_size, size, ...)                                                                     \
  CXA_OR_AGAIN(tsdn, size, iralloct(tsdn, block, old_size, size, __VA_ARGS__))
