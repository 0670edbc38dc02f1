// SPDX-License-Identifier: Apache-2.0
// Points malloc's family in the symbol table of libc.so.6 at ours.
//
// The executable comes first where a library looks `malloc` up, and some do not look there: a plug-in opened with
// RTLD_DEEPBIND (PHP, Falco, oneTBB's libtbbbind), dlsym in the handle of libc.so.6 (Python's ctypes, JNA), a library's
// dlsym(RTLD_NEXT, "malloc"). And some names the executable does not have: cfree of old binaries. Each would free by
// libc what libc allocated by ours, for libc's own calls go through the executable. So libc's entries get the addresses
// of ours before any constructor runs: whoever asks libc is answered by the process's allocator. dlopen stays libc's
// own, and so does a library's $ORIGIN.
//
// Whatever is not as expected is left as it is, without a word: a table in a form not known here, a page that the
// kernel does not make writable, the second libc of dlmopen (which is in a list of its own), another libc than glibc, a
// static program, an executable whose malloc is not ours or not visible. No function of libc is called: it may stand
// behind a preloaded library that has not been initialized.
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include "kernel.h"
#include "startup.h"

// The name in libc, and the definition of ours. Ours, and not the one that the linker chose for the plain name: a
// program's own `memalign` may call libc's, or the next one by dlsym, and must not meet itself there.
// clang-format off: it moves the names to the right, a little more each time
#define FAMILY(X) \
  X(malloc, malloc) X(calloc, calloc) X(realloc, realloc) X(free, free) X(posix_memalign, posix_memalign) \
  X(aligned_alloc, aligned_alloc) X(memalign, memalign) X(valloc, valloc) X(pvalloc, pvalloc) \
  X(malloc_usable_size, malloc_usable_size) X(cfree, free) X(__libc_malloc, malloc) \
  X(__libc_calloc, calloc) X(__libc_realloc, realloc) X(__libc_free, free) \
  X(__posix_memalign, posix_memalign) X(__libc_memalign, memalign) X(__libc_valloc, valloc) \
  X(__libc_pvalloc, pvalloc) X(mallinfo, mallinfo) X(__libc_mallinfo, mallinfo) X(mallinfo2, mallinfo2) \
  X(mallopt, mallopt) X(__libc_mallopt, mallopt) X(malloc_info, malloc_info) X(malloc_stats, malloc_stats) \
  X(malloc_trim, malloc_trim)
// clang-format on
#define DECLARE(name, ours)                                                                                            \
  void cxx_alloc_##ours(void) __attribute__((weak));  // weak: mallinfo2 is younger than the rest
FAMILY(DECLARE)

#define ENTRY(name, ours) {#name, cxx_alloc_##ours},
static const struct {
  char name[20];
  void (*ours)(void);
} family[] = {FAMILY(ENTRY)};

// A name may have several versions; libc has two of none of these.
enum { most_entries = 2 * sizeof family / sizeof *family };

struct table {
  const ElfW(Ehdr) * header;
  const ElfW(Sym) * symbols;
  const char *strings;
  const char *soname;
  const uint32_t *gnu_hash;
  const uint32_t *hash;
};

struct entries {
  size_t count;
  const ElfW(Sym) * symbols[most_entries];
  void (*ours[most_entries])(void);
};

static bool set_protection(ElfW(Addr) start, size_t size, int protection) {
  return !cxx_alloc_kernel_failed(cxx_alloc_kernel(SYS_mprotect, (long)start, (long)size, protection, 0, 0, 0));
}

static bool equal(const char *a, const char *b) {
  for (; *a != '\0' && *a == *b; ++a, ++b) {
  }
  return *a == *b;
}

/// Reads where a library's tables are; false if they cannot be used. ld.so has made their addresses absolute, but not
/// in a dynamic section that is read-only: there they seem to lie far away.
static bool read_table(const struct link_map *library, struct table *table) {
  *table = (struct table){0};
  ElfW(Addr) dynamic = (ElfW(Addr))library->l_ld, lowest = dynamic, soname = 0;
  for (const ElfW(Dyn) *entry = library->l_ld; entry->d_tag != DT_NULL; ++entry) {
    ElfW(Addr) value = entry->d_un.d_ptr;
    switch (entry->d_tag) {
    case DT_SYMTAB: table->symbols = (const ElfW(Sym) *)value; break;
    case DT_STRTAB: table->strings = (const char *)value; break;
    case DT_GNU_HASH: table->gnu_hash = (const uint32_t *)value; break;
    case DT_HASH: table->hash = (const uint32_t *)value; break;
    case DT_SONAME: soname = value; continue;
    default: continue;
    }
    ElfW(Addr) distance = value < dynamic ? dynamic - value : value - dynamic;
    if (distance > (ElfW(Addr))1 << 30) return false;
    if (value < lowest) lowest = value;
  }
  if (table->symbols == NULL || table->strings == NULL) return false;
  table->soname = table->strings + soname;
  // Linkers put these tables right behind the ELF header: it begins the page of the first.
  table->header = (const ElfW(Ehdr) *)(lowest & ~(ElfW(Addr))4095);
  return true;
}

static void add_entry(struct entries *entries, const struct table *table, uint32_t index, const char *name,
                      void (*ours)(void)) {
  const ElfW(Sym) *symbol = &table->symbols[index];
  if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx == SHN_ABS || !equal(table->strings + symbol->st_name, name))
    return;
  if (entries->count < most_entries) {
    entries->symbols[entries->count] = symbol;
    entries->ours[entries->count] = ours;
  }
  ++entries->count;
}

static void find_by_gnu_hash(struct entries *entries, const struct table *table, const char *name, void (*ours)(void)) {
  uint32_t hash = 5381;
  for (const char *letter = name; *letter != '\0'; ++letter) hash = hash * 33 + (unsigned char)*letter;
  const uint32_t *words = table->gnu_hash, bucket_count = words[0], first = words[1], filter_size = words[2];
  const uint32_t *buckets = words + 4 + filter_size * (sizeof(ElfW(Addr)) / sizeof *words);
  const uint32_t *chain = buckets + bucket_count;
  if (bucket_count == 0) return;
  for (uint32_t i = buckets[hash % bucket_count]; i >= first && i != 0; ++i) {
    uint32_t here = chain[i - first];
    if ((here | 1) == (hash | 1)) add_entry(entries, table, i, name, ours);
    if (here & 1) break;
  }
}

static void find_by_hash(struct entries *entries, const struct table *table, const char *name, void (*ours)(void)) {
  uint32_t hash = 0;
  for (const char *letter = name; *letter != '\0'; ++letter) {
    hash = (hash << 4) + (unsigned char)*letter;
    hash ^= hash >> 24 & 0xf0;
    hash &= 0x0fffffff;
  }
  const uint32_t *words = table->hash, bucket_count = words[0];
  const uint32_t *buckets = words + 2, *chain = buckets + bucket_count;
  if (bucket_count == 0) return;
  for (uint32_t i = buckets[hash % bucket_count]; i != STN_UNDEF; i = chain[i])
    add_entry(entries, table, i, name, ours);
}

/// All versions of `name`. `ours` is noted with them.
static void find(struct entries *entries, const struct table *table, const char *name, void (*ours)(void)) {
  if (table->gnu_hash != NULL)
    find_by_gnu_hash(entries, table, name, ours);
  else if (table->hash != NULL)
    find_by_hash(entries, table, name, ours);
}

#pragma weak _DYNAMIC

/// The list of libraries that ld.so keeps for debuggers. It begins with the executable; a static program has none.
static const struct link_map *loaded_libraries(void) {
  if (_DYNAMIC == NULL) return NULL;
  for (const ElfW(Dyn) *entry = _DYNAMIC; entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag != DT_DEBUG) continue;
    const struct r_debug *debug = (const struct r_debug *)entry->d_un.d_ptr;
    return debug != NULL ? debug->r_map : NULL;
  }
  return NULL;
}

/// Libraries are given our malloc by the executable. Not so if it has one of its own, or hides ours.
static bool executable_shows(const char *name, void (*ours)(void), const struct link_map *executable) {
  struct table table;
  struct entries entries;
  entries.count = 0;  // and no more: a compiler would call memset
  if (!read_table(executable, &table)) return false;
  find(&entries, &table, name, ours);
  return entries.count == 1 && executable->l_addr + entries.symbols[0]->st_value == (ElfW(Addr))ours;
}

/// `from` to `to` is in one segment of the library, which is not writable; that segment's protection, or -1.
static int protection_of(const struct table *table, ElfW(Addr) base, ElfW(Addr) from, ElfW(Addr) to) {
  const ElfW(Ehdr) *header = table->header;
  if (header->e_ident[EI_MAG0] != ELFMAG0 || header->e_ident[EI_MAG1] != ELFMAG1 ||
      header->e_ident[EI_MAG2] != ELFMAG2 || header->e_ident[EI_MAG3] != ELFMAG3 ||
      header->e_phentsize != sizeof(ElfW(Phdr)) || header->e_phoff + header->e_phnum * sizeof(ElfW(Phdr)) > 4096)
    return -1;
  const ElfW(Phdr) *segments = (const ElfW(Phdr) *)((const char *)header + header->e_phoff);
  for (int i = 0; i < header->e_phnum; ++i) {
    ElfW(Addr) start = base + segments[i].p_vaddr;
    if (segments[i].p_type != PT_LOAD || from < start || to > start + segments[i].p_memsz) continue;
    if (segments[i].p_flags & PF_W) return -1;
    return PROT_READ | (segments[i].p_flags & PF_X ? PROT_EXEC : 0);
  }
  return -1;
}

static void replace(const struct entries *entries, const struct table *table, const struct link_map *libc,
                    size_t page) {
  ElfW(Addr) from = UINTPTR_MAX, to = 0;
  for (size_t i = 0; i < entries->count; ++i) {
    ElfW(Addr) entry = (ElfW(Addr))entries->symbols[i];
    if (entry < from) from = entry;
    if (entry + sizeof(ElfW(Sym)) > to) to = entry + sizeof(ElfW(Sym));
  }
  int protection = protection_of(table, libc->l_addr, from, to);
  if (protection == -1) return;
  from &= -(ElfW(Addr))page;
  to = (to + page - 1) & -(ElfW(Addr))page;
  if (!set_protection(from, to - from, PROT_READ | PROT_WRITE)) return;
  for (size_t i = 0; i < entries->count; ++i) {
    ElfW(Sym) *symbol = (ElfW(Sym) *)entries->symbols[i];
    symbol->st_value = (ElfW(Addr))entries->ours[i] - libc->l_addr;
    symbol->st_info = ELF32_ST_INFO(ELF32_ST_BIND(symbol->st_info), STT_FUNC);  // an IFUNC would be called to choose
  }
  set_protection(from, to - from, protection);
}

static bool is_unwanted(void) {
  const char *wish = cxx_alloc_environment("CXX_ALLOC_LIBC_SYMBOLS");
  return wish != NULL && equal(wish, "keep");
}

static void replace_in_libc(int argument_count, char **arguments, char **environment) {
  (void)argument_count, (void)arguments;
  cxx_alloc_start(environment);
  const struct link_map *executable = loaded_libraries();
  if (executable == NULL || is_unwanted()) return;
  if (!executable_shows("malloc", cxx_alloc_malloc, executable) &&
      !executable_shows("free", cxx_alloc_free, executable))
    return;
  for (const struct link_map *library = executable->l_next; library != NULL; library = library->l_next) {
    struct table table;
    if (!read_table(library, &table) || !equal(table.soname, "libc.so.6")) continue;
    struct entries entries;
    entries.count = 0;
    for (size_t i = 0; i < sizeof family / sizeof *family; ++i)
      if (family[i].ours != NULL) find(&entries, &table, family[i].name, family[i].ours);
    size_t page = cxx_alloc_auxiliary(AT_PAGESZ);
    if (entries.count != 0 && entries.count <= most_entries && page != 0) replace(&entries, &table, library, page);
    return;
  }
}

__attribute__((used, section(".preinit_array"))) static void (*const before_constructors)(int, char **,
                                                                                          char **) = replace_in_libc;
