// SPDX-License-Identifier: Apache-2.0
// What must an allocator be able to do? Each folder under allocators/ defines one `cxx_alloc_provider`.
//
// The five routines are those of Rust's allocator ABI. The table's name is the one symbol of ours that a program, or a
// plug-in through dlsym, may look for; the public header does so, and falls back to libc where nobody defines it.
// Fields are only ever added at the end: a reader compares `size` first.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes, as of the moment of the call.
struct cxx_alloc_figures {
  size_t allocated;  ///< handed out to the program
  size_t active;     ///< in pages that hold at least one allocation
  size_t metadata;   ///< the allocator's own bookkeeping
  size_t resident;   ///< physically backed
  size_t mapped;     ///< mapped by the allocator
  size_t retained;   ///< address space kept for later, not backed
};

struct cxx_alloc_provider {
  uint32_t schema;  ///< 1; changes only when a field changes meaning
  uint32_t size;    ///< sizeof(struct cxx_alloc_provider) when this was built
  const char *name;
  const char *version;  ///< "" where only the running libc knows

  /// NULL with errno ENOMEM on failure. `alignment` is a power of two. A size of 0 counts as 1, throughout.
  void *(*allocate)(size_t size, size_t alignment);
  /// `size` and `alignment` are those of the allocation. NULL is allowed.
  void (*deallocate)(void *block, size_t size, size_t alignment);
  void *(*reallocate)(void *block, size_t old_size, size_t new_size, size_t alignment);
  /// Returns the usable size afterwards: less than `new_size` when the block could not grow where it stands.
  size_t (*reallocate_in_place)(void *block, size_t old_size, size_t new_size, size_t alignment);
  /// The usable size that an allocation of `size` bytes gets.
  size_t (*usable_size)(size_t size, size_t alignment);

  /// 0, or an errno value. Figures that the allocator cannot know are 0.
  int (*figures)(struct cxx_alloc_figures *out);
  /// Gives unused memory back to the kernel. 1 when some may have been given back.
  int (*purge)(void);
  /// Writes a heap profile to `path`. ENOTSUP without profiling.
  int (*dump_profile)(const char *path);

  /// The `malloc` that this provider is. A reader that finds another one behind that name (the user's own, a preload)
  /// must not believe the table. NULL where the provider is no malloc of its own: "system" stands on whatever there is.
  void *(*process_malloc)(size_t);
};

extern const struct cxx_alloc_provider cxx_alloc_provider;

#ifdef __cplusplus
}
#endif
