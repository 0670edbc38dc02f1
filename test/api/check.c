// SPDX-License-Identifier: Apache-2.0
// Does the C API keep its word in this process? Usage: check NAME VERSION LINKED, as the API should answer; VERSION may
// be a beginning, and LINKED "-" for NULL. Everything else is checked against what the header promises for any
// allocator.
#include <cxx_alloc/allocator.h>

#include "check.h"

// Another file of the same program must get the same answers.
const char *name_seen_elsewhere(void);

static size_t allocated_now(void) {
  struct cxx_alloc_statistics now;
  return cxx_alloc_read_statistics(&now) == 0 ? now.allocated : CXX_ALLOC_UNKNOWN;
}

static void check_identity(const char *name, const char *version, const char *linked) {
  struct cxx_alloc_identity identity = cxx_alloc_identify();
  const char *seen = cxx_alloc_linked();
  printf("%s %s %s, linked: %s\n", identity.name, identity.version, identity.file, seen ? seen : "-");
  CHECK(strcmp(identity.name, name) == 0);
  CHECK(strncmp(identity.version, version, strlen(version)) == 0);
  CHECK((identity.version[0] == '\0') == (version[0] == '\0'));
  CHECK(strcmp(seen ? seen : "-", linked) == 0);
  CHECK(strcmp(cxx_alloc_name(), name) == 0);
  CHECK(strcmp(name_seen_elsewhere(), name) == 0);
}

static void check_block(unsigned char *block, size_t size, size_t alignment) {
  CHECK(block != NULL);
  CHECK((uintptr_t)block % alignment == 0);
  for (size_t i = 0; i < size; i++) block[i] = (unsigned char)(i * 7);
}

static int still_holds(const unsigned char *block, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (block[i] != (unsigned char)(i * 7)) return 0;
  return 1;
}

static void check_routines(void) {
  static const size_t sizes[] = {0, 1, 7, 8, 9, 15, 16, 17, 24, 100, 4096, 5000, 100000, 3000000};
  for (size_t alignment = 1; alignment <= 65536; alignment *= 2) {
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      size_t size = sizes[i];
      CHECK(cxx_alloc_usable_size(size, alignment) >= size);
      unsigned char *block = cxx_alloc_allocate(size, alignment);
      check_block(block, size, alignment);

      // In place: whatever the answer, the block is whole and goes back with the size that it says.
      size_t larger = cxx_alloc_usable_size(size, alignment);
      if (cxx_alloc_reallocate_in_place(block, size, larger, alignment)) {
        CHECK(still_holds(block, size));
        check_block(block, larger, alignment);
        size = larger;
      }
      if (cxx_alloc_reallocate_in_place(block, size, size / 2, alignment)) size /= 2;

      size_t grown = size * 2 + 100;
      block = cxx_alloc_reallocate(block, size, grown, alignment);
      CHECK(block != NULL && (uintptr_t)block % alignment == 0 && still_holds(block, size));
      check_block(block, grown, alignment);
      block = cxx_alloc_reallocate(block, grown, sizes[i], alignment);
      CHECK(block != NULL && (uintptr_t)block % alignment == 0 && still_holds(block, sizes[i]));
      cxx_alloc_deallocate(block, sizes[i], alignment);
    }
  }
  cxx_alloc_deallocate(NULL, 10, 8);
  void *from_null = cxx_alloc_reallocate(NULL, 0, 10, 8);
  CHECK(from_null != NULL);
  cxx_alloc_deallocate(from_null, 10, 8);
}

static void check_errors(int may_ask_too_much) {
  static const size_t bad[] = {0, 3, 24, SIZE_MAX};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    errno = 0;
    CHECK(cxx_alloc_allocate(8, bad[i]) == NULL && errno == EINVAL);
    errno = 0;
    CHECK(cxx_alloc_reallocate(NULL, 0, 8, bad[i]) == NULL && errno == EINVAL);
  }
  if (!may_ask_too_much) return;
  volatile size_t too_much = PTRDIFF_MAX;
  for (size_t alignment = 1; alignment <= 4096; alignment *= 8) {
    errno = 0;
    CHECK(cxx_alloc_allocate(too_much, alignment) == NULL && errno == ENOMEM);
    unsigned char *block = cxx_alloc_allocate(100, alignment);
    check_block(block, 100, alignment);
    errno = 0;
    CHECK(cxx_alloc_reallocate(block, 100, too_much, alignment) == NULL && errno == ENOMEM);
    CHECK(!cxx_alloc_reallocate_in_place(block, 100, too_much, alignment));
    CHECK(still_holds(block, 100));
    cxx_alloc_deallocate(block, 100, alignment);
  }
}

static void check_figures(const char *name) {
  enum { COUNT = 1000, SIZE = 3000 };
  static void *blocks[COUNT];
  struct cxx_alloc_statistics now;
  int jemalloc = strcmp(name, "jemalloc") == 0;
  int known = jemalloc || strcmp(name, "system") == 0 || strcmp(name, "tcmalloc") == 0;
  CHECK(cxx_alloc_read_statistics(&now) == (known ? 0 : ENOTSUP));
  CHECK((now.allocated != CXX_ALLOC_UNKNOWN) == known);
  CHECK((now.mapped != CXX_ALLOC_UNKNOWN) == known);
  CHECK((now.active != CXX_ALLOC_UNKNOWN) == jemalloc);
  CHECK((now.metadata != CXX_ALLOC_UNKNOWN) == jemalloc);
  CHECK((now.resident != CXX_ALLOC_UNKNOWN) == jemalloc);
  CHECK((now.retained != CXX_ALLOC_UNKNOWN) == jemalloc);
  if (jemalloc) CHECK(now.allocated <= now.active && now.active <= now.mapped);

  // tcmalloc counts what is in its caches only from time to time; a thousand blocks are more than those hold.
  size_t before = allocated_now();
  for (int i = 0; i < COUNT; i++) CHECK((blocks[i] = cxx_alloc_allocate(SIZE, 16)) != NULL);
  size_t full = allocated_now();
  for (int i = 0; i < COUNT; i++) cxx_alloc_deallocate(blocks[i], SIZE, 16);
  size_t after = allocated_now();
  if (known) CHECK(full >= before + COUNT * (size_t)SIZE * 9 / 10 && after < before + COUNT * (size_t)SIZE / 2);

  int asked = cxx_alloc_purge();
  CHECK(asked == (known || strcmp(name, "mimalloc") == 0 ? 0 : ENOTSUP));
  CHECK(cxx_alloc_dump_profile("never-written.heap") == ENOTSUP);
}

int main(int argc, char **argv) {
  CHECK(argc == 4);
  check_identity(argv[1], argv[2], argv[3]);
  check_routines();
  check_errors(strcmp(argv[1], "sanitizer") != 0);  // a sanitizer ends the program instead
  check_figures(argv[1]);
  return 0;
}
