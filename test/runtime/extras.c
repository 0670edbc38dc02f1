// SPDX-License-Identifier: Apache-2.0
// glibc's extras speak of jemalloc's heap: figures grow by what was allocated, malloc_trim gives memory back.
#include <malloc.h>
#include <pthread.h>
#include <string.h>

#include "check.h"

enum { block_size = 10000, blocks = 6000 };
static const size_t total = (size_t)block_size * blocks;

static size_t resident_bytes(void) {
  size_t size, pages;
  FILE *statm = fopen("/proc/self/statm", "r");
  CHECK(statm != NULL && fscanf(statm, "%zu %zu", &size, &pages) == 2);
  fclose(statm);
  return pages * (size_t)sysconf(_SC_PAGESIZE);
}

// What a function of the stdio kind writes.
static char *written_by_malloc_info(void) {
  char *text = NULL;
  size_t length = 0;
  FILE *stream = open_memstream(&text, &length);
  CHECK(malloc_info(0, stream) == 0);
  CHECK(fclose(stream) == 0 && length > 0);
  return text;
}

static char *written_by_malloc_stats(void) {
  FILE *file = tmpfile();
  CHECK(file != NULL);
  fflush(stderr);
  int saved = dup(2);
  CHECK(dup2(fileno(file), 2) == 2);
  malloc_stats();
  fflush(stderr);
  CHECK(dup2(saved, 2) == 2);
  close(saved);
  long length = lseek(fileno(file), 0, SEEK_END);
  char *text = calloc(1, (size_t)length + 1);
  rewind(file);
  CHECK(length > 0 && fread(text, 1, (size_t)length, file) == (size_t)length);
  fclose(file);
  return text;
}

// malloc_stats is no cancellation point (glibc's tst-malloc-stats-cancellation).
static void *prints_although_cancelled(void *went_on) {
  pthread_cancel(pthread_self());
  malloc_stats();
  *(int *)went_on = 1;
  pthread_testcancel();
  return NULL;
}

static void is_no_cancellation_point(void) {
  pthread_t thread;
  int went_on = 0;
  void *result = NULL;
  CHECK(pthread_create(&thread, NULL, prints_although_cancelled, &went_on) == 0);
  CHECK(pthread_join(thread, &result) == 0 && went_on && result == PTHREAD_CANCELED);
}

// The first number after `label`; the text must name the allocator.
static size_t figure(char *text, const char *label) {
  const char *allocator = getenv("ALLOCATOR_UNDER_TEST");
  CHECK(strstr(text, allocator ? allocator : "jemalloc") != NULL);
  const char *found = strstr(text, label);
  CHECK(found != NULL);
  size_t value = strtoull(found + strlen(label) + strspn(found + strlen(label), " =\"/>size"), NULL, 10);
  free(text);
  return value;
}

static int near(size_t figure, size_t before) {
  return figure >= before + total && figure < before + total + total / 4;
}

static void *held[blocks];

static void figures_grow(void) {
  struct mallinfo2 before = mallinfo2();
  struct mallinfo before_int = mallinfo();
  size_t info = figure(written_by_malloc_info(), "<total type=\"allocated\"");
  size_t stats = figure(written_by_malloc_stats(), "allocated");
  CHECK((size_t)before_int.uordblks <= before.uordblks + (1 << 20) && before_int.uordblks > 0);
  CHECK(before.arena >= before.uordblks && before.uordblks > 0);

  for (int i = 0; i < blocks; i++) {
    held[i] = malloc(block_size);
    CHECK(held[i] != NULL);
    memset(held[i], 1, block_size);
  }

  struct mallinfo2 after = mallinfo2();
  CHECK(near(after.uordblks, before.uordblks));
  // More is mapped, unless there was room in what was.
  CHECK(after.arena >= before.arena + total / 2 || before.fordblks >= total);
  CHECK(after.arena >= after.uordblks + after.fordblks);
  CHECK(near((size_t)mallinfo().uordblks, (size_t)before_int.uordblks));
  CHECK(near(figure(written_by_malloc_info(), "<total type=\"allocated\""), info));
  CHECK(near(figure(written_by_malloc_stats(), "allocated"), stats));
  CHECK(malloc_info(1, stdout) == EINVAL);
}

static void trim_purges(void) {
  size_t before = resident_bytes();
  CHECK(before >= total);
  for (int i = 0; i < blocks; i++) free(held[i]);
  CHECK(malloc_trim(0) == 1);
  size_t after = resident_bytes();
  if (after + total * 9 / 10 > before) {
    fprintf(stderr, "malloc_trim: %zu bytes resident before, %zu after, %zu freed\n", before, after, total);
    _exit(1);
  }
  CHECK(mallinfo2().uordblks < total / 4);
}

// mallopt(3): 1 on success, 0 on error. What tunes glibc's own heap is accepted and ignored.
static void options(void) {
  CHECK(mallopt(M_TRIM_THRESHOLD, 1 << 20) == 1 && mallopt(M_MMAP_THRESHOLD, 1 << 20) == 1);
  CHECK(mallopt(M_MMAP_MAX, 0) == 1 && mallopt(M_TOP_PAD, 1 << 16) == 1 && mallopt(M_ARENA_MAX, 1) == 1);
  CHECK(mallopt(M_ARENA_TEST, 1) == 1 && mallopt(M_PERTURB, 0) == 1 && mallopt(M_CHECK_ACTION, 3) == 1);
  CHECK(mallopt(M_MXFAST, 0) == 1 && mallopt(M_MXFAST, 80 * sizeof(size_t) / 4) == 1);
  CHECK(mallopt(M_MXFAST, 80 * sizeof(size_t) / 4 + 1) == 0 && mallopt(M_MXFAST, -1) == 0);
  CHECK(mallopt(-12345, 1) == 0);
}

int main(void) {
  is_no_cancellation_point();
  figures_grow();
  trim_purges();
  options();
  return 0;
}
