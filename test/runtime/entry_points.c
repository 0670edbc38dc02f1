// SPDX-License-Identifier: Apache-2.0
// Every function of the malloc family, and the functions of libc that allocate for their caller.
#include <dirent.h>
#include <limits.h>
#include <malloc.h>
#include <string.h>
#include <wchar.h>

#include "check.h"

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void *__libc_valloc(size_t size);
void *__libc_pvalloc(size_t size);
void __libc_free(void *block);

static const size_t large = 3 << 20;

// The figures are jemalloc's own: they count a block only if jemalloc made it.
static size_t allocated(void) { return mallinfo2().uordblks; }

static char *filled(void *block, size_t size) {
  CHECK(block != NULL);
  CHECK(malloc_usable_size(block) >= size);
  return memset(block, 0x5a, size);
}

// Does `call`, which must take `large` bytes of jemalloc's, and `release`. Half of them, for stdio has small blocks
// too.
#define SERVED(call, release)                                                                                          \
  do {                                                                                                                 \
    size_t before = allocated();                                                                                       \
    void *block = (call);                                                                                              \
    CHECK(block != NULL);                                                                                              \
    CHECK(allocated() > before + large / 2);                                                                           \
    release;                                                                                                           \
    CHECK(allocated() < before + large / 2);                                                                           \
  } while (0)

static void plain(void) {
  for (size_t size = 0; size < 5000; size += 7) {
    char *block = filled(malloc(size), size);
    block = realloc(block, size * 2 + 1);
    for (size_t i = 0; i < size; i++) CHECK(block[i] == 0x5a);
    free(block);
    block = calloc(size + 1, 3);
    for (size_t i = 0; i < 3 * size + 3; i++) CHECK(block[i] == 0);
    free(block);
    free(filled(malloc(size), size));
  }
  free(NULL);
  CHECK(malloc_usable_size(NULL) == 0);
  char *grown = realloc(NULL, 10);
  CHECK(filled(grown, 10) == grown);
  free(grown);
  SERVED(malloc(large), free(block));
  SERVED(calloc(large, 1), free(block));
  SERVED(realloc(malloc(1), large), free(block));
}

static void aligned(void) {
  for (size_t alignment = 1; alignment <= 1 << 16; alignment *= 2) {
    for (size_t size = 0; size < 3000; size += 251) {
      char *block = memalign(alignment, size);
      CHECK(is_aligned(filled(block, size), alignment));
      free(block);
      block = aligned_alloc(alignment, size);
      CHECK(is_aligned(filled(block, size), alignment));
      free(block);
      if (alignment < sizeof(void *)) continue;
      void *out = NULL;
      CHECK(posix_memalign(&out, alignment, size) == 0);
      CHECK(is_aligned(filled(out, size), alignment));
      free(out);
    }
  }
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  CHECK(is_aligned(memalign(48, 10), 64));  // glibc rounds an alignment up
  void *untouched = &page;
  CHECK(posix_memalign(&untouched, 3, 8) == EINVAL && posix_memalign(&untouched, 1, 8) == EINVAL);
  CHECK(untouched == &page);
  SERVED(memalign(64, large), free(block));
  SERVED(aligned_alloc(4096, large), free(block));
  SERVED(valloc(large), CHECK(is_aligned(block, page)); free(block));
  SERVED(pvalloc(large - 1), CHECK(is_aligned(block, page)); free(block));
  char *one_page = pvalloc(1);
  filled(one_page, page);
  free(one_page);
}

// libc's own names of the same functions.
static void names_of_libc(void) {
  SERVED(__libc_malloc(large), free(block));
  SERVED(__libc_calloc(large, 1), __libc_free(block));
  SERVED(__libc_realloc(malloc(1), large), free(block));
  SERVED(__libc_memalign(64, large), CHECK(is_aligned(block, 64)); free(block));
  SERVED(__libc_valloc(large), free(block));
  SERVED(__libc_pvalloc(large), __libc_free(block));
}

// Functions of libc that return memory to be freed by the caller: they call our malloc, so free() is right.
static void on_top(void) {
  char *text = malloc(large + 1);
  memset(text, 'x', large);
  text[large] = 0;
  SERVED(strdup(text), free(block));
  SERVED(strndup(text, large), free(block));
  SERVED(reallocarray(NULL, large / 4, 4), free(block));
  SERVED(({
           char *out = NULL;
           CHECK(asprintf(&out, "%s", text) == (int)large);
           out;
         }),
         free(block));
  FILE *file = tmpfile();
  CHECK(file != NULL && fputs(text, file) >= 0);
  rewind(file);
  SERVED(({
           char *line = NULL;
           size_t n = 0;
           CHECK(getline(&line, &n, file) == (ssize_t)large);
           line;
         }),
         free(block));
  rewind(file);
  SERVED(({
           char *line = NULL;
           size_t n = 0;
           CHECK(getdelim(&line, &n, '!', file) > 0);
           line;
         }),
         free(block));
  fclose(file);
  SERVED(({
           char *out;
           size_t n;
           FILE *memory = open_memstream(&out, &n);
           fputs(text, memory);
           fclose(memory);
           out;
         }),
         free(block));
  wchar_t wide[] = L"wide";
  free(wcsdup(wide));
  free(realpath("/", NULL));
  free(getcwd(NULL, 0));
  struct dirent **names;
  int count = scandir("/", &names, NULL, alphasort);
  CHECK(count > 0);
  while (count--) free(names[count]);
  free(names);
  free(text);
}

static void *volatile opaque;
#define FAILS(error, call)                                                                                             \
  do {                                                                                                                 \
    errno = 0;                                                                                                         \
    CHECK((call) == NULL && errno == (error));                                                                         \
  } while (0)

static void too_large(void) {
  void *block = opaque = malloc(10);
  size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 4095, SIZE_MAX / 2 + 1, (size_t)PTRDIFF_MAX + 1, PTRDIFF_MAX};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    size_t size = sizes[i];
    FAILS(ENOMEM, malloc(size));
    FAILS(ENOMEM, calloc(size, 1));
    FAILS(ENOMEM, calloc(2, size));
    FAILS(ENOMEM, realloc(block, size));
    FAILS(ENOMEM, reallocarray(block, size, 2));
    FAILS(ENOMEM, memalign(64, size));
    FAILS(ENOMEM, aligned_alloc(64, size));
    FAILS(ENOMEM, valloc(size));
    FAILS(ENOMEM, pvalloc(size));
    CHECK(posix_memalign(&block, 64, size) == ENOMEM);
  }
  FAILS(ENOMEM, calloc((size_t)1 << 33, (size_t)1 << 33));
  FAILS(ENOMEM, calloc(SIZE_MAX / 4 + 2, 4));
  CHECK(block == opaque);
  free(block);
}

int main(void) {
  plain();
  aligned();
  names_of_libc();
  on_top();
  too_large();
  return 0;
}
