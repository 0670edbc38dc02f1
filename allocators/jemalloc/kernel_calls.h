// SPDX-License-Identifier: Apache-2.0
// What jemalloc asks of the kernel, past libc's functions. A patch includes it in every file of jemalloc's, behind the
// system's headers.
//
// free() must leave errno alone (POSIX.1-2024), and so must a deallocation that gives pages back to a kernel which refuses,
// as it does for locked pages.
#pragma once

#include <errno.h>
#include <sys/mman.h>

static inline int cxa_keep_errno_madvise(void *address, size_t size, int advice) {
  int saved = errno;
  int result = madvise(address, size, advice);
  errno = saved;
  return result;
}

static inline void *cxa_keep_errno_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset) {
  int saved = errno;
  void *result = mmap(address, size, protection, flags, file, offset);
  errno = saved;
  return result;
}

static inline int cxa_keep_errno_munmap(void *address, size_t size) {
  int saved = errno;
  int result = munmap(address, size);
  errno = saved;
  return result;
}

static inline void *cxa_keep_errno_mremap(void *address, size_t old_size, size_t size, int flags, void *place) {
  int saved = errno;
  void *result = mremap(address, old_size, size, flags, place);
  errno = saved;
  return result;
}

#define madvise cxa_keep_errno_madvise
#define mmap cxa_keep_errno_mmap
#define mremap cxa_keep_errno_mremap
#define munmap cxa_keep_errno_munmap
