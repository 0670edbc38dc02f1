// SPDX-License-Identifier: Apache-2.0
/// Who allocates in this process, and its five routines, figures and switches. C11 and C++, header only.
///
/// An executable linked by cxx-alloc carries one table, `cxx_alloc_provider`; the functions below find it by a weak
/// reference. They believe it only if the process's `malloc` is the one that the table names. Everywhere else (another
/// linker driver, --allocator=system, a preloaded or own malloc, a plug-in in a foreign host) the same functions stand
/// on the malloc of the process. Nothing has to be linked, and no function here may be called from a signal handler.
///
/// Sizes are bytes. Functions that return int, and do not say otherwise, return 0 or a value of <errno.h>.
#ifndef CXX_ALLOC_ALLOCATOR_H
#define CXX_ALLOC_ALLOCATOR_H

#include <errno.h>
#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define CXX_ALLOC_MUST_USE __attribute__((warn_unused_result))

// --- Who allocates? ------------------------------------------------------------------------------------------------

/// What serves `malloc` where the caller stands.
struct cxx_alloc_identity {
  /// "jemalloc", "tcmalloc", "mimalloc", "sanitizer" (its runtime), "system" (libc), or "other": a malloc that none of
  /// these is known to have, such as the program's own. Never NULL; valid as long as the code that asked is loaded.
  const char *name;
  /// The file that holds it, as the dynamic linker names it: the executable itself goes by its argv[0]. "" where there
  /// is no dynamic linker. Valid as long as that file is loaded.
  const char *file;
  /// As the allocator tells it itself ("5.3.1", "2.36"); "" where it does not.
  char version[64];
};

/// Asks the process, anew on each call: some look-ups of symbols, microseconds.
static inline struct cxx_alloc_identity cxx_alloc_identify(void);

/// The name alone, as in cxx_alloc_identity.
static inline const char *cxx_alloc_name(void);

/// What cxx-alloc gave to this executable at the link ("jemalloc", "system"), or NULL if it was not linked by
/// cxx-alloc. Differs from cxx_alloc_name() when another malloc has taken its place. Seen from plug-ins too.
static inline const char *cxx_alloc_linked(void);

// --- The five routines ---------------------------------------------------------------------------------------------
// A block goes back through cxx_alloc_deallocate or cxx_alloc_reallocate, with the size and the alignment that it was
// allocated with. A size of 0 counts as 1. All may be called from any thread.

/// Returns `size` bytes aligned to `alignment`, or NULL: errno is EINVAL if `alignment` is not a power of two, else
/// ENOMEM.
static inline void *cxx_alloc_allocate(size_t size, size_t alignment) CXX_ALLOC_MUST_USE;

/// Takes a block back. NULL is allowed.
static inline void cxx_alloc_deallocate(void *block, size_t size, size_t alignment);

/// Moves a block to one of `new_size` bytes, keeping the contents that fit; NULL allocates. On failure returns NULL
/// with errno as in cxx_alloc_allocate(), and the block stays as it was.
static inline void *cxx_alloc_reallocate(void *block, size_t old_size, size_t new_size,
                                         size_t alignment) CXX_ALLOC_MUST_USE;

/// Grows or shrinks a block where it stands. Returns 1 and the block has `new_size` from now on, or 0 and it is as
/// before.
static inline int cxx_alloc_reallocate_in_place(void *block, size_t old_size, size_t new_size,
                                                size_t alignment) CXX_ALLOC_MUST_USE;

/// How many bytes an allocation of `size` really gets: what a container may ask for at the same price. `size` itself
/// where the allocator cannot tell beforehand. To use more than `size` of a block, allocate it with the larger size.
static inline size_t cxx_alloc_usable_size(size_t size, size_t alignment);

// --- Figures and switches ------------------------------------------------------------------------------------------

/// Stands for a figure that the allocator does not know.
#define CXX_ALLOC_UNKNOWN ((size_t)-1)

/// Of the whole process, at the moment of the call; each is read on its own, so they may be slightly apart.
struct cxx_alloc_statistics {
  size_t allocated;  ///< In the hands of the program. jemalloc stats.allocated; libc uordblks + hblkhd of mallinfo2(3);
                     ///< tcmalloc generic.current_allocated_bytes.
  size_t active;     ///< In pages that hold at least one allocation. jemalloc stats.active.
  size_t metadata;   ///< The allocator's own bookkeeping. jemalloc stats.metadata.
  size_t resident;   ///< Backed by physical memory, at most. jemalloc stats.resident.
  size_t mapped;  ///< Mapped by the allocator. jemalloc stats.mapped; libc arena + hblkhd; tcmalloc generic.heap_size.
  size_t retained;  ///< Address space kept for later, not backed. jemalloc stats.retained.
};

/// Fills `out`; figures that cannot be known are CXX_ALLOC_UNKNOWN. ENOTSUP if that is all of them.
static inline int cxx_alloc_read_statistics(struct cxx_alloc_statistics *out);

/// Gives unused memory back to the kernel. ENOTSUP if the allocator cannot be asked to.
static inline int cxx_alloc_purge(void);

/// Writes a heap profile, in jeprof's format, to the file `path`. ENOTSUP without profiling (it takes
/// --allocator-profile at the link and MALLOC_CONF=prof:true at the start), EFAULT if the file cannot be written.
static inline int cxx_alloc_dump_profile(const char *path);

// --- Bodies --------------------------------------------------------------------------------------------------------
// From here on nothing is promised.

/// The layout of struct cxx_alloc_provider, schema 1. Later versions only append.
struct cxx_alloc_private_table {
  uint32_t schema;
  uint32_t size;
  const char *name;
  const char *version;
  void *(*allocate)(size_t size, size_t alignment);
  void (*deallocate)(void *block, size_t size, size_t alignment);
  void *(*reallocate)(void *block, size_t old_size, size_t new_size, size_t alignment);
  size_t (*reallocate_in_place)(void *block, size_t old_size, size_t new_size, size_t alignment);
  size_t (*usable_size)(size_t size, size_t alignment);
  int (*figures)(struct cxx_alloc_statistics *out);
  int (*purge)(void);
  int (*dump_profile)(const char *path);
  void *(*process_malloc)(size_t size);
};
extern const struct cxx_alloc_private_table cxx_alloc_provider __attribute__((weak, visibility("default")));

// References to what may not be there. A weakref, unlike a weak declaration, does not weaken the user's own use of the
// name in the same file; and with -static it does not draw the dynamic linker into the program.
#define CXX_ALLOC_PRIVATE_MAYBE(type, name, parameters)                                                                \
  static type cxx_alloc_private_##name parameters __attribute__((weakref(#name)))
struct cxx_alloc_private_dl_info {  // Dl_info, which <dlfcn.h> shows to _GNU_SOURCE only
  const char *file;
  void *base;
  const char *symbol;
  void *address;
};
CXX_ALLOC_PRIVATE_MAYBE(void *, dlsym, (void *, const char *));
CXX_ALLOC_PRIVATE_MAYBE(int, dladdr, (const void *, struct cxx_alloc_private_dl_info *));
CXX_ALLOC_PRIVATE_MAYBE(int, dladdr1, (const void *, struct cxx_alloc_private_dl_info *, void **, int));
static void cxx_alloc_private_libc_malloc(void) __attribute__((weakref("__libc_malloc")));
CXX_ALLOC_PRIVATE_MAYBE(void, mallctl, (void));
CXX_ALLOC_PRIVATE_MAYBE(void, MallocExtension_ReleaseFreeMemory, (void));
CXX_ALLOC_PRIVATE_MAYBE(void, MallocExtension_GetNumericProperty, (void));
CXX_ALLOC_PRIVATE_MAYBE(void, tc_version, (void));
CXX_ALLOC_PRIVATE_MAYBE(void, mi_version, (void));
CXX_ALLOC_PRIVATE_MAYBE(void, mi_collect, (void));
CXX_ALLOC_PRIVATE_MAYBE(void, mallinfo2, (void));
CXX_ALLOC_PRIVATE_MAYBE(void, malloc_trim, (void));
#undef CXX_ALLOC_PRIVATE_MAYBE

typedef int (*cxx_alloc_private_mallctl_t)(const char *, void *, size_t *, void *, size_t);
#define CXX_ALLOC_PRIVATE_ADDRESS(function) (__extension__(void *)(function))

/// The table, if it is whole and its malloc is the one that this code calls.
static inline const struct cxx_alloc_private_table *cxx_alloc_private_provider(void) {
  const struct cxx_alloc_private_table *table = &cxx_alloc_provider;
  if (table == NULL || table->schema != 1 || table->size < sizeof *table) return NULL;
  return table->process_malloc == malloc ? table : NULL;
}

/// The object that holds `address`; zeros if there is no dynamic linker to ask.
static inline struct cxx_alloc_private_dl_info cxx_alloc_private_object(const void *address) {
  struct cxx_alloc_private_dl_info info = {NULL, NULL, NULL, NULL};
  const struct cxx_alloc_private_dl_info nothing = info;
  return cxx_alloc_private_dladdr != NULL && cxx_alloc_private_dladdr(address, &info) ? info : nothing;
}

/// What dlsym() finds in the object of this file. dlopen() is looked up, because with -static any mention of it is a
/// warning of the linker; and it is needed, because glibc 2.36 crashes if a struct link_map itself serves as the
/// handle.
static inline void *cxx_alloc_private_find_in(const char *file, const char *name) {
  void *(*open)(const char *, int) =
      __extension__(void *(*)(const char *, int)) cxx_alloc_private_dlsym(NULL /* RTLD_DEFAULT */, "dlopen");
  int (*close)(void *) = __extension__(int (*)(void *)) cxx_alloc_private_dlsym(NULL, "dlclose");
  void *handle = open != NULL && close != NULL ? open(file, 1 | 4 /* RTLD_LAZY | RTLD_NOLOAD */) : NULL;
  void *found;
  if (handle == NULL) return NULL;
  found = cxx_alloc_private_dlsym(handle, name);
  close(handle);
  return found;
}

/// The object that holds the function `name`, found at `address`. An executable that is not position-independent and
/// takes a function's address, as Debian's python3 does with malloc, exports a PLT entry of its own under that name;
/// the object is then looked for behind it, in the order in which the dynamic linker does.
static inline struct cxx_alloc_private_dl_info cxx_alloc_private_object_behind(const char *name, const void *address) {
  struct cxx_alloc_private_dl_info info = cxx_alloc_private_object(address), behind;
  void *symbol = NULL, *map = NULL;
  if (info.base == NULL || cxx_alloc_private_dladdr1 == NULL || cxx_alloc_private_dlsym == NULL) return info;
  if (!cxx_alloc_private_dladdr1(address, &behind, &symbol, 1 /* RTLD_DL_SYMENT */) || symbol == NULL) return info;
  if (((const ElfW(Sym) *)symbol)->st_shndx != SHN_UNDEF) return info;
  if (!cxx_alloc_private_dladdr1(address, &behind, &map, 2 /* RTLD_DL_LINKMAP */) || map == NULL) return info;
  for (struct link_map *object = ((struct link_map *)map)->l_next; object != NULL; object = object->l_next) {
    address = cxx_alloc_private_find_in(object->l_name, name);
    if (address == NULL) continue;
    behind = cxx_alloc_private_object(address);
    if (behind.file != NULL && strcmp(behind.file, object->l_name) == 0) return behind;
  }
  return info;
}

/// The object that holds the malloc of the process.
static inline struct cxx_alloc_private_dl_info cxx_alloc_private_malloc_object(void) {
  return cxx_alloc_private_object_behind("malloc", CXX_ALLOC_PRIVATE_ADDRESS(malloc));
}

/// The function `name`, if it is in `object`. `linked` is what this program itself refers to by that name.
static inline void *cxx_alloc_private_find(const char *name, void *linked, struct cxx_alloc_private_dl_info object) {
  void *found = cxx_alloc_private_dlsym != NULL ? cxx_alloc_private_dlsym(NULL /* RTLD_DEFAULT */, name) : NULL;
  if (found != NULL && cxx_alloc_private_object(found).base != object.base)
    found = object.file != NULL ? cxx_alloc_private_find_in(object.file, name) : NULL;
  if (found == NULL) found = linked;
  return found != NULL && cxx_alloc_private_object(found).base == object.base ? found : NULL;
}

#define CXX_ALLOC_PRIVATE_FIND(function, object)                                                                       \
  cxx_alloc_private_find(#function, CXX_ALLOC_PRIVATE_ADDRESS(cxx_alloc_private_##function), object)

static inline int cxx_alloc_private_is_libc(struct cxx_alloc_private_dl_info object) {
  // Nobody takes the address of this function, so that it is never a PLT entry.
  void *start = cxx_alloc_private_dlsym != NULL ? cxx_alloc_private_dlsym(NULL, "__libc_start_main") : NULL;
  if (start != NULL) return cxx_alloc_private_object(start).base == object.base;
  // With -static, glibc's other name of its malloc tells. tcmalloc and mimalloc have it too, so they are asked for
  // first.
  return CXX_ALLOC_PRIVATE_ADDRESS(cxx_alloc_private_libc_malloc) == CXX_ALLOC_PRIVATE_ADDRESS(malloc);
}

static inline cxx_alloc_private_mallctl_t cxx_alloc_private_find_mallctl(struct cxx_alloc_private_dl_info object) {
  return __extension__(cxx_alloc_private_mallctl_t) CXX_ALLOC_PRIVATE_FIND(mallctl, object);
}

static inline void cxx_alloc_private_set_version(struct cxx_alloc_identity *identity, const char *version) {
  // "5.3.0-0-g54eaed1d8b56b1aa528be3bdd1877e59c56fa90c" and "gperftools 2.10" are the longer ones.
  snprintf(identity->version, sizeof identity->version, "%s", version);
}

static inline struct cxx_alloc_identity cxx_alloc_private_identify_foreign(struct cxx_alloc_private_dl_info object) {
  struct cxx_alloc_identity identity = {"other", object.file != NULL ? object.file : "", ""};
  cxx_alloc_private_mallctl_t mallctl;
  void *function;
  if ((mallctl = cxx_alloc_private_find_mallctl(object)) != NULL) {
    const char *version = "";
    size_t length = sizeof version;
    identity.name = "jemalloc";
    if (mallctl("version", &version, &length, NULL, 0) == 0) cxx_alloc_private_set_version(&identity, version);
    identity.version[strcspn(identity.version, "-")] = '\0';
  } else if ((function = CXX_ALLOC_PRIVATE_FIND(mi_version, object)) != NULL) {
    int version = (__extension__(int (*)(void)) function)();
    identity.name = "mimalloc";
    int base = version < 1000 ? 10 : 100;  // 209 is 2.0.9, and 30600 is 3.6.0
    if (version > 0)
      snprintf(identity.version, sizeof identity.version, "%d.%d.%d", version / base / base, version / base % base,
               version % base);
  } else if ((function = CXX_ALLOC_PRIVATE_FIND(MallocExtension_ReleaseFreeMemory, object)) != NULL) {
    identity.name = "tcmalloc";
    if ((function = CXX_ALLOC_PRIVATE_FIND(tc_version, object)) != NULL) {
      int major = 0, minor = 0;
      const char *patch = "";
      (__extension__(const char *(*)(int *, int *, const char **)) function)(&major, &minor, &patch);
      snprintf(identity.version, sizeof identity.version, "%d.%d%.32s", major, minor, patch != NULL ? patch : "");
    }
  } else if (cxx_alloc_private_find("__asan_init", NULL, object) != NULL ||
             cxx_alloc_private_find("__tsan_init", NULL, object) != NULL ||
             cxx_alloc_private_find("__msan_init", NULL, object) != NULL ||
             cxx_alloc_private_find("__hwasan_init", NULL, object) != NULL ||
             cxx_alloc_private_find("__lsan_init", NULL, object) != NULL) {
    identity.name = "sanitizer";
  } else if (cxx_alloc_private_is_libc(object)) {
    identity.name = "system";
#ifdef __GLIBC__
    cxx_alloc_private_set_version(&identity, gnu_get_libc_version());
#endif
  }
  return identity;
}

static inline struct cxx_alloc_identity cxx_alloc_identify(void) {
  const struct cxx_alloc_private_table *table = cxx_alloc_private_provider();
  struct cxx_alloc_private_dl_info object;
  struct cxx_alloc_identity identity;
  if (table != NULL) {
    object = cxx_alloc_private_object(CXX_ALLOC_PRIVATE_ADDRESS(table->allocate));
    identity.name = table->name;
    identity.file = object.file != NULL ? object.file : "";
    cxx_alloc_private_set_version(&identity, table->version);
    return identity;
  }
  return cxx_alloc_private_identify_foreign(cxx_alloc_private_malloc_object());
}

static inline const char *cxx_alloc_name(void) { return cxx_alloc_identify().name; }

static inline const char *cxx_alloc_linked(void) {
  const struct cxx_alloc_private_table *table = &cxx_alloc_provider;
  return table != NULL && table->schema == 1 ? table->name : NULL;
}

// malloc aligns for any object that fits, and not for one that does not: 8 bytes from jemalloc are aligned to 8.
static inline size_t cxx_alloc_private_padded(size_t size, size_t alignment) {
  return size < alignment ? alignment : size;
}

#ifdef __cplusplus
#define CXX_ALLOC_PRIVATE_MALLOC_ALIGNMENT alignof(max_align_t)
#else
#define CXX_ALLOC_PRIVATE_MALLOC_ALIGNMENT _Alignof(max_align_t)
extern int posix_memalign(void **, size_t, size_t);  // -std=c11 hides it; aligned_alloc would take whole multiples only
#endif

// Not every malloc sets errno where libc's does: realloc of jemalloc 5.3.0 does not.
static inline void *cxx_alloc_private_or_enomem(void *block) {
  if (block == NULL) errno = ENOMEM;
  return block;
}

static inline void *cxx_alloc_private_fallback_allocate(size_t size, size_t alignment) {
  void *block = NULL;
  if (alignment <= CXX_ALLOC_PRIVATE_MALLOC_ALIGNMENT)
    block = malloc(cxx_alloc_private_padded(size, alignment));
  else if (posix_memalign(&block, alignment, size != 0 ? size : 1) != 0)
    block = NULL;
  return cxx_alloc_private_or_enomem(block);
}

static inline void *cxx_alloc_allocate(size_t size, size_t alignment) {
  const struct cxx_alloc_private_table *table = cxx_alloc_private_provider();
  if (alignment == 0 || (alignment & (alignment - 1)) != 0) {
    errno = EINVAL;
    return NULL;
  }
  return table != NULL ? table->allocate(size, alignment) : cxx_alloc_private_fallback_allocate(size, alignment);
}

static inline void cxx_alloc_deallocate(void *block, size_t size, size_t alignment) {
  const struct cxx_alloc_private_table *table = cxx_alloc_private_provider();
  if (table != NULL)
    table->deallocate(block, size, alignment);
  else
    free(block);
}

static inline void *cxx_alloc_reallocate(void *block, size_t old_size, size_t new_size, size_t alignment) {
  const struct cxx_alloc_private_table *table = cxx_alloc_private_provider();
  void *moved;
  if (alignment == 0 || (alignment & (alignment - 1)) != 0) {
    errno = EINVAL;
    return NULL;
  }
  if (table != NULL) return table->reallocate(block, old_size, new_size, alignment);
  if (alignment <= CXX_ALLOC_PRIVATE_MALLOC_ALIGNMENT)
    return cxx_alloc_private_or_enomem(realloc(block, cxx_alloc_private_padded(new_size, alignment)));
  moved = cxx_alloc_private_fallback_allocate(new_size, alignment);
  if (moved == NULL || block == NULL) return moved;
  memcpy(moved, block, old_size < new_size ? old_size : new_size);
  free(block);
  return moved;
}

// What malloc_usable_size(3) offers beyond the size asked for is not used: it trips _FORTIFY_SOURCE=3 and a program may
// have a malloc without it. A smaller size is always right, because free() looks at none.
static inline int cxx_alloc_reallocate_in_place(void *block, size_t old_size, size_t new_size, size_t alignment) {
  const struct cxx_alloc_private_table *table = cxx_alloc_private_provider();
  if (table == NULL) return new_size <= old_size;
  return table->reallocate_in_place(block, old_size, new_size, alignment) == table->usable_size(new_size, alignment);
}

static inline size_t cxx_alloc_usable_size(size_t size, size_t alignment) {
  const struct cxx_alloc_private_table *table = cxx_alloc_private_provider();
  return table != NULL ? table->usable_size(size, alignment) : cxx_alloc_private_padded(size, alignment);
}

static inline int cxx_alloc_private_ask_jemalloc(cxx_alloc_private_mallctl_t mallctl,
                                                 struct cxx_alloc_statistics *out) {
  uint64_t epoch = 1;
  size_t length = sizeof(size_t);
  mallctl("epoch", NULL, NULL, &epoch, sizeof epoch);
  if (mallctl("stats.allocated", &out->allocated, &length, NULL, 0) != 0) return ENOTSUP;  // built without statistics
  mallctl("stats.active", &out->active, &length, NULL, 0);
  mallctl("stats.metadata", &out->metadata, &length, NULL, 0);
  mallctl("stats.resident", &out->resident, &length, NULL, 0);
  mallctl("stats.mapped", &out->mapped, &length, NULL, 0);
  mallctl("stats.retained", &out->retained, &length, NULL, 0);
  return 0;
}

static inline int cxx_alloc_read_statistics(struct cxx_alloc_statistics *out) {
  const struct cxx_alloc_private_table *table = cxx_alloc_private_provider();
  struct cxx_alloc_private_dl_info object;
  cxx_alloc_private_mallctl_t mallctl;
  void *function;
  memset(out, -1, sizeof *out);  // CXX_ALLOC_UNKNOWN
  if (table != NULL) return table->figures(out);
  object = cxx_alloc_private_malloc_object();
  if ((mallctl = cxx_alloc_private_find_mallctl(object)) != NULL) return cxx_alloc_private_ask_jemalloc(mallctl, out);
  if ((function = CXX_ALLOC_PRIVATE_FIND(MallocExtension_GetNumericProperty, object)) != NULL) {
    int (*property)(const char *, size_t *) = __extension__(int (*)(const char *, size_t *)) function;
    property("generic.heap_size", &out->mapped);
    return property("generic.current_allocated_bytes", &out->allocated) ? 0 : ENOTSUP;
  }
#if defined(__GLIBC__) && (__GLIBC__ > 2 || (__GLIBC__ == 2 && __GLIBC_MINOR__ >= 33))
  // Of libc's own heap, so only where that is the one in use.
  if (cxx_alloc_private_is_libc(object) && (function = CXX_ALLOC_PRIVATE_FIND(mallinfo2, object)) != NULL) {
    struct mallinfo2 info = (__extension__(struct mallinfo2 (*)(void)) function)();
    out->allocated = info.uordblks + info.hblkhd;
    out->mapped = info.arena + info.hblkhd;
    return 0;
  }
#endif
  return ENOTSUP;
}

static inline int cxx_alloc_purge(void) {
  const struct cxx_alloc_private_table *table = cxx_alloc_private_provider();
  struct cxx_alloc_private_dl_info object;
  cxx_alloc_private_mallctl_t mallctl;
  void *function;
  if (table != NULL) return table->purge() ? 0 : ENOTSUP;
  object = cxx_alloc_private_malloc_object();
  if ((mallctl = cxx_alloc_private_find_mallctl(object)) != NULL)  // 4096 is MALLCTL_ARENAS_ALL, since 5.0
    return mallctl("arena.4096.purge", NULL, NULL, NULL, 0) == 0 ? 0 : ENOTSUP;
  if ((function = CXX_ALLOC_PRIVATE_FIND(mi_collect, object)) != NULL)
    return (__extension__(void (*)(bool)) function)(true), 0;
  if ((function = CXX_ALLOC_PRIVATE_FIND(MallocExtension_ReleaseFreeMemory, object)) != NULL)
    return (__extension__(void (*)(void)) function)(), 0;
  if (cxx_alloc_private_is_libc(object) && (function = CXX_ALLOC_PRIVATE_FIND(malloc_trim, object)) != NULL)
    return (__extension__(int (*)(size_t)) function)(0), 0;
  return ENOTSUP;
}

static inline int cxx_alloc_dump_profile(const char *path) {
  const struct cxx_alloc_private_table *table = cxx_alloc_private_provider();
  cxx_alloc_private_mallctl_t mallctl;
  int error;
  if (table != NULL) return table->dump_profile(path);
  mallctl = cxx_alloc_private_find_mallctl(cxx_alloc_private_malloc_object());
  if (mallctl == NULL) return ENOTSUP;
  error = mallctl("prof.dump", NULL, NULL, &path, sizeof path);
  return error == ENOENT ? ENOTSUP : error;
}

#undef CXX_ALLOC_PRIVATE_FIND
#undef CXX_ALLOC_PRIVATE_ADDRESS
#undef CXX_ALLOC_PRIVATE_MALLOC_ALIGNMENT
#ifdef __cplusplus
}
#endif
#endif
