// SPDX-License-Identifier: Apache-2.0
// Scudo, LLVM's hardened allocator, as the malloc of an executable. It is the library of compiler-rt, every name of
// which build.py has put behind scudo_, so that only ours are seen. Entry points are functions around it, so each costs
// a jump.
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "contract.h"
#include "fork.h"
#include "internal.h"
#include "kernel.h"
#include "startup.h"

void *scudo_malloc(size_t size);
void *scudo_calloc(size_t count, size_t size);
void *scudo_realloc(void *block, size_t size);
void scudo_free(void *block);
void *scudo_memalign(size_t alignment, size_t size);
size_t scudo_malloc_usable_size(void *block);
int scudo_mallopt(int parameter, int value);
struct scudo_figures {  // its struct mallinfo2, on every glibc
  size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};
struct scudo_figures scudo_mallinfo2(void);

// The operators, by the mangled names of compiler-rt's; `any` stands for std::nothrow, which they do not look at.
#ifdef __LP64__
#define SIZE_LETTER "m"
#else
#define SIZE_LETTER "j"
#endif
extern void *scudo_new(size_t size, const void *any) __asm__("scudo_Znw" SIZE_LETTER "RKSt9nothrow_t");
extern void *scudo_new_aligned(size_t size, size_t alignment,
                               const void *any) __asm__("scudo_Znw" SIZE_LETTER "St11align_val_tRKSt9nothrow_t");
extern void scudo_delete(void *block) __asm__("scudo_ZdlPv");
extern void scudo_delete_sized(void *block, size_t size) __asm__("scudo_ZdlPv" SIZE_LETTER);
extern void scudo_delete_sized_aligned(void *block, size_t size,
                                       size_t alignment) __asm__("scudo_ZdlPv" SIZE_LETTER "St11align_val_t");

enum { natural_alignment = 2 * sizeof(void *), purge_all = -104 };

// Scudo asks for SCUDO_OPTIONS at the first allocation, which may come before libc can be asked.
__attribute__((visibility("hidden"))) char *__wrap_getenv(const char *name) {
  return (char *)(uintptr_t)cxx_alloc_environment(name);
}

// Before its variable, scudo reads what this function returns, which is the program's to define (scudo_interface.h).
// Here the words of --allocator-conf stand before the program's: the last word on a flag counts. Longer ones than fit
// are left out whole: the driver bakes 2 KiB at most.
extern const char *program_options(void) __asm__("__scudo_default_options") __attribute__((weak));
extern const char baked_options[] __asm__("__start_cxx_alloc_conf") __attribute__((weak, visibility("hidden")));

__attribute__((visibility("hidden"))) const char *cxa_scudo_options(void) {
  const char *baked = baked_options, *programs = program_options ? program_options() : NULL;
  if (baked == NULL || programs == NULL || *programs == 0) return baked ? baked : programs ? programs : "";
  static char both[8192];
  size_t length = strlen(baked), more = strlen(programs);
  if (length + more + 2 > sizeof both) return programs;
  memcpy(both, baked, length);
  both[length] = ':';
  memcpy(both + length + 1, programs, more + 1);
  return both;
}

// Before the constructors of all libraries, as for jemalloc: handlers of pthread_atfork() that they register run before
// scudo's then.
static void start(int count, char **arguments, char **environment) {
  (void)count;
  (void)arguments;
  cxx_alloc_start(environment);
  scudo_free(scudo_malloc(1));
  cxx_alloc_serves = true;
}
__attribute__((section(".preinit_array"), used)) static void (*const start_early)(int, char **, char **) = start;

static __attribute__((used)) void *exact_malloc(size_t size) { return scudo_malloc(size); }
static __attribute__((used)) void *exact_calloc(size_t count, size_t size) { return scudo_calloc(count, size); }
static __attribute__((used)) void *exact_realloc(void *block, size_t size) { return scudo_realloc(block, size); }
static __attribute__((used)) void exact_free(void *block) {
  int error = errno;
  scudo_free(block);
  errno = error;
}
static __attribute__((used)) size_t exact_usable_size(void *block) { return scudo_malloc_usable_size(block); }

static void *allocate_aligned(size_t size, size_t alignment) {
  void *block = scudo_memalign(alignment, size ? size : 1);
  if (block == NULL) errno = ENOMEM;
  return block;
}
static void free_sized_block(void *block, size_t size) {
  (void)size;
  exact_free(block);
}
static void free_aligned_block(void *block, size_t size, size_t alignment) {
  (void)size;
  (void)alignment;
  exact_free(block);
}

void *cxa_scudo_new(size_t size) { return scudo_new(size ? size : 1, &size); }
void *cxa_scudo_new_aligned(size_t size, size_t alignment) {
  return scudo_new_aligned(size ? size : 1, alignment, &size);
}
void cxa_scudo_delete(void *block) { scudo_delete(block); }
void cxa_scudo_delete_sized(void *block, size_t size) { scudo_delete_sized(block, size); }
void cxa_scudo_delete_sized_aligned(void *block, size_t size, size_t alignment) {
  // Scudo (LLVM 22) keeps the distance from a large block's end to that of its pages in 20 bits. With such an alignment
  // it may be more, and the program would be ended for a size that is right.
  if (alignment >= 1 << 20) return scudo_delete(block);
  scudo_delete_sized_aligned(block, size, alignment);
}

static void *provider_allocate(size_t size, size_t alignment) {
  return alignment <= natural_alignment ? scudo_malloc(size ? size : 1) : allocate_aligned(size, alignment);
}

static void *provider_reallocate(void *block, size_t old_size, size_t new_size, size_t alignment) {
  if (alignment <= natural_alignment) return scudo_realloc(block, new_size ? new_size : 1);
  void *moved = allocate_aligned(new_size, alignment);
  if (moved == NULL || block == NULL) return moved;
  memcpy(moved, block, old_size < new_size ? old_size : new_size);
  exact_free(block);
  return moved;
}

static size_t provider_reallocate_in_place(void *block, size_t old_size, size_t new_size, size_t alignment) {
  (void)old_size;
  (void)new_size;
  (void)alignment;
  return scudo_malloc_usable_size(block);
}

// A block has the size that was asked for: behind it begins what is watched.
static size_t provider_usable_size(size_t size, size_t alignment) {
  (void)alignment;
  return size ? size : 1;
}

static int provider_figures(struct cxx_alloc_figures *out) {
  struct scudo_figures now = scudo_mallinfo2();
  *out = (struct cxx_alloc_figures){.allocated = now.uordblks, .mapped = now.hblkhd};
  return 0;
}

static int provider_purge(void) { return scudo_mallopt(purge_all, 0); }

static int provider_dump_profile(const char *path) {
  (void)path;
  return ENOTSUP;
}

#define allocator_aligned allocate_aligned
#define allocator_free_sized free_sized_block
#define allocator_free_aligned free_aligned_block
#define ALLOCATOR_ROUTINES                                                                                             \
  .name = "scudo", .version = CXX_ALLOC_ALLOCATOR_VERSION, .allocate = provider_allocate,                              \
  .deallocate = free_aligned_block, .reallocate = provider_reallocate,                                                 \
  .reallocate_in_place = provider_reallocate_in_place, .usable_size = provider_usable_size,                            \
  .figures = provider_figures, .purge = provider_purge, .dump_profile = provider_dump_profile
#define ALLOCATOR_MALLOC exact_malloc
#include "malloc_family.h"
