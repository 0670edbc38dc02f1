// SPDX-License-Identifier: Apache-2.0
// Whose is a block? Asked of those who know: libc's own figures and the bounds of its heap, and jemalloc's figures.
#pragma once

#include <cxx_alloc/allocator.h>

#include <fcntl.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Bytes that libc's malloc has given out, whoever else is called malloc here.
static inline size_t given_by_libc(void) {
  struct mallinfo2 figures = mallinfo2();
  return figures.uordblks + figures.hblkhd;
}

/// True for an address in what the kernel calls [heap]: glibc's first arena, and nobody else's.
static inline int in_heap_of_libc(const void *block) {
  static char text[1 << 20];
  size_t size = 0;
  int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  for (ssize_t part; (part = read(file, text + size, sizeof text - 1 - size)) > 0;) size += (size_t)part;
  close(file);
  text[size] = 0;
  char *heap = strstr(text, "[heap]");
  if (heap == NULL) return 0;
  while (heap > text && heap[-1] != '\n') --heap;
  char *end;
  uintptr_t from = strtoul(heap, &end, 16), to = strtoul(end + 1, NULL, 16);
  return (uintptr_t)block >= from && (uintptr_t)block < to;
}

/// NULL if `malloc` is libc's for whoever includes this, or what is wrong. Only in the first thread.
static inline const char *prove_malloc_is_libcs(void) {
  enum { size = 100000 };  // more than glibc's caches of threads keep, less than it gets from mmap
  size_t before = given_by_libc();
  char *block = (char *)malloc(size), *copy;
  if (given_by_libc() < before + size) return "malloc: libc did not count it";
  if (!in_heap_of_libc(block)) return "malloc: not in libc's heap";
  memset(block, 'x', size - 1);
  block[size - 1] = 0;
  copy = strdup(block);
  if (!in_heap_of_libc(copy)) return "strdup: not in libc's heap";
  free(copy);
  free(block);
  if (given_by_libc() > before) return "free: libc did not get it back";
  return NULL;
}

/// NULL if blocks of `allocate` are our jemalloc's and not libc's, or what is wrong. With a thread of its own besides.
static inline const char *prove_jemalloc(void *(*allocate)(size_t), void (*deallocate)(void *)) {
  enum { count = 500, size = 4000 };
  static void *blocks[count];
  struct cxx_alloc_statistics before, after;
  if (strcmp(cxx_alloc_name(), "jemalloc") != 0) return "the API does not call it jemalloc";
  deallocate(allocate(size));
  if (cxx_alloc_read_statistics(&before) != 0) return "no statistics";
  size_t libc_before = given_by_libc();
  for (int i = 0; i < count; ++i) memset(blocks[i] = allocate(size), i, size);
  if (given_by_libc() != libc_before) return "libc counted blocks that should be jemalloc's";
  // Jemalloc counts what its caches of threads keep as allocated, and they may be full before or emptied meanwhile.
  if (cxx_alloc_read_statistics(&after) != 0 || after.allocated < before.allocated + (size_t)count * size / 4 * 3)
    return "jemalloc did not count its blocks";
  for (int i = 0; i < count; ++i)
    if (in_heap_of_libc(blocks[i])) return "a block is in libc's heap";
  for (int i = 0; i < count; ++i) deallocate(blocks[i]);
  if (cxx_alloc_read_statistics(&after) != 0 || after.allocated > before.allocated + (size_t)count * size / 2)
    return "jemalloc did not get its blocks back";
  if (given_by_libc() != libc_before) return "libc was handed blocks that are jemalloc's";
  return NULL;
}
