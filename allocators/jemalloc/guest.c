// SPDX-License-Identifier: Apache-2.0
// A jemalloc inside a shared library, for that library alone: behind its operator new and <cxx_alloc/allocator.h>.
//
// `malloc` stays the process's. A library that had its own would break strdup, getline and whatever else libc allocates
// for its callers. Three things keep a guest from harming its host:
//   - a block that is not jemalloc's goes to the process, which gave it out (jemalloc knows its own: arena_vsalloc);
//   - in a process with an allocator of its own choice, all is left to that one, and our jemalloc never starts
//   (join.c);
//   - no initial-exec TLS, of which ld.so has 1,664 bytes left for libraries opened later (glibc 2.36): jemalloc takes
//   more.
#include "jemalloc/internal/jemalloc_preamble.h"

#include "jemalloc/internal/jemalloc_internal_includes.h"

// Options of a guest are MALLOC_CONF's alone: what is baked in is the executable's.
const char *config_malloc_conf = "";

// jemalloc starts when it is loaded. A guest may yet join; its first allocation starts it early enough.
#define constructor unused
#include "src/jemalloc.c"
#undef constructor

#include "guest.h"
#include "note.h"
#include "routines.h"

static bool is_private(void) {
  int bond = __atomic_load_n(&cxx_alloc_bond, __ATOMIC_RELAXED);
  return likely(bond == cxx_alloc_private) || (bond == cxx_alloc_unsettled && cxx_alloc_settle() == cxx_alloc_private);
}

static bool is_ours(const void *block) { return is_private() && ivsalloc(tsdn_fetch(), block) != 0; }

void *cxa_guest_allocate(size_t size) { return is_private() ? je_malloc(size) : malloc(size); }

void *cxa_guest_allocate_aligned(size_t size, size_t alignment) {
  if (is_private()) return cxa_je_allocate_aligned(size, alignment);
  void *block = NULL;
  int error = posix_memalign(&block, alignment < sizeof(void *) ? sizeof(void *) : alignment, size ? size : 1);
  if (error) errno = error;
  return error ? NULL : block;
}

void cxa_guest_deallocate(void *block) {
  if (is_ours(block))
    je_free(block);
  else
    free(block);
}

void cxa_guest_deallocate_sized(void *block, size_t size) {
  if (is_ours(block))
    cxa_je_deallocate_sized(block, size);
  else
    free(block);
}

void cxa_guest_deallocate_sized_aligned(void *block, size_t size, size_t alignment) {
  if (is_ours(block))
    cxa_je_deallocate_sized_aligned(block, size, alignment);
  else
    free(block);
}

static void deallocate_any(void *block, size_t size, size_t alignment) {
  if (is_ours(block))
    provider_deallocate(block, size, alignment);
  else
    free(block);
}

static void *reallocate_any(void *block, size_t old_size, size_t new_size, size_t alignment) {
  if (block == NULL || is_ours(block)) return provider_reallocate(block, old_size, new_size, alignment);
  void *moved = provider_allocate(new_size, alignment);
  if (moved == NULL) return NULL;
  memcpy(moved, block, old_size < new_size ? old_size : new_size);
  free(block);
  return moved;
}

static size_t reallocate_any_in_place(void *block, size_t old_size, size_t new_size, size_t alignment) {
  return is_ours(block) ? provider_reallocate_in_place(block, old_size, new_size, alignment) : old_size;
}

// Readers believe it where its malloc is the one they see, so in a process that is joined it becomes the process's own,
// or is not believed. (contract.h declares it const, as it is in executables.)
extern struct cxx_alloc_provider table __asm__("cxx_alloc_provider") __attribute__((visibility("hidden")));
struct cxx_alloc_provider table = {
    .schema = 1,
    .size = sizeof(struct cxx_alloc_provider),
    JEMALLOC_ROUTINES,
    .deallocate = deallocate_any,
    .reallocate = reallocate_any,
    .reallocate_in_place = reallocate_any_in_place,
    .process_malloc = malloc,
};

// Before the library's own constructors, which may read the table.
__attribute__((constructor(101))) static void settle_at_load(void) {
  if (cxx_alloc_settle() == cxx_alloc_private) return;
  const struct cxx_alloc_provider *process = cxx_alloc_process_table();
  if (process == NULL) {
    table.process_malloc = NULL;
    return;
  }
  table = *process;
  table.size = sizeof table;  // the process's may be longer
}
