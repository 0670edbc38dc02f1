// SPDX-License-Identifier: Apache-2.0
// What mimalloc's sources ask libc for, answered by the kernel and the runtime instead: a preloaded library or the
// program may have functions of these names that allocate, or that answer something else (kernel.h). Included before
// the sources; leave_libc_alone.h ends it.
#pragma once

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kernel.h"

// mimalloc's own: a free() leaves the program's errno alone, whatever the kernel says to it.
static __thread int cxa_errno;
#undef errno
#define errno cxa_errno

static inline long cxa_result(long result) {
  if (!cxx_alloc_kernel_failed(result)) return result;
  cxa_errno = (int)-result;
  return -1;
}
#define CXA_CALL(number, a, b, c, d, e, f, ...)                                                                        \
  cxa_result(cxx_alloc_kernel(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)))
#define syscall(...) CXA_CALL(__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define munmap(at, size) ((int)CXA_CALL(SYS_munmap, at, size, 0, 0, 0, 0, 0))
#define mprotect(at, size, protection) ((int)CXA_CALL(SYS_mprotect, at, size, protection, 0, 0, 0, 0))
#define madvise(at, size, advice) ((int)CXA_CALL(SYS_madvise, at, size, advice, 0, 0, 0, 0))
#define open(path, ...) ((int)CXA_CALL(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0, 0, 0, 0))
#define read(file, to, size) CXA_CALL(SYS_read, file, to, size, 0, 0, 0, 0)
#define close(file) ((int)CXA_CALL(SYS_close, file, 0, 0, 0, 0, 0, 0))
#define access(path, mode) ((int)CXA_CALL(SYS_faccessat, AT_FDCWD, path, mode, 0, 0, 0, 0))
#define getrusage(who, usage) ((int)CXA_CALL(SYS_getrusage, who, usage, 0, 0, 0, 0, 0))
#define sysconf(what) ((long)cxx_alloc_auxiliary(AT_PAGESZ))

// Only anonymous memory: the offset is 0. A segment is at a multiple of its 32 MiB. mimalloc wishes one between 2 and
// 30 TiB, where sanitizers that a plug-in brings have their shadow; it gets one beside all other memory instead. Pages
// of 1 GiB are mapped where it wishes.
enum { cxa_segment = 1 << 25 };
static void *cxa_map(void *wish, size_t size, int protection, int flags, int file) {
  bool is_segment = wish && !(flags & (MAP_FIXED | MAP_HUGETLB)) && (uintptr_t)wish % cxa_segment == 0;
  size_t more = is_segment ? cxa_segment : 0;
  long result = CXA_CALL(cxx_alloc_kernel_mmap, is_segment ? NULL : wish, size + more, protection, flags, file, 0, 0);
  if (result == -1) return MAP_FAILED;
  size_t before = is_segment ? -(size_t)result % cxa_segment : 0;
  if (before) munmap(result, before);
  if (more > before) munmap((size_t)result + before + size, more - before);
  return (void *)((size_t)result + before);
}
#define mmap(at, size, protection, flags, file, offset) cxa_map(at, size, protection, flags, file)

// 2.0.9 asks for the time at each free that leaves a page empty, to give the page back 25 ms later; not where the page
// is the only one of its size and its blocks have at most 128 KiB. The kernel's coarse clock, a few ms behind, is as
// good for that, and is read without asking the processor's counter or, in some virtual machines, the kernel: new and
// delete of one block of 200 kB took 113 ns with it, 180 ns without; smaller ones the same.
#define clock_gettime(clock, time) cxx_alloc_clock(CLOCK_MONOTONIC_COARSE, time)

// The words of --allocator-conf, key:value,key:value, where the environment does not have the option.
extern const char cxa_baked_options[] __asm__("__start_cxx_alloc_conf") __attribute__((weak, visibility("hidden")));

static const char *cxa_option(const char *name) {
  static const char prefix[] = "MIMALLOC_";
  const char *in_environment = cxx_alloc_environment(name);
  if (in_environment || !cxa_baked_options) return in_environment;
  if (strncmp(name, prefix, sizeof prefix - 1) != 0) return NULL;
  name += sizeof prefix - 1;
  static __thread char value[32];
  for (const char *at = cxa_baked_options; *at;) {
    size_t length = 0;
    while (name[length] && at[length] == (name[length] | ('A' <= name[length] && name[length] <= 'Z' ? 32 : 0)))
      length++;
    bool is_it = !name[length] && at[length] == ':';
    const char *begin = at + length + 1;
    while (*at && *at != ',') at++;
    if (is_it && (size_t)(at - begin) < sizeof value) {
      memcpy(value, begin, (size_t)(at - begin));
      value[at - begin] = 0;
      return value;
    }
    if (*at) at++;
  }
  return NULL;
}
#define MI_USE_ENVIRON 0  // by getenv(), then
#define getenv(name) ((char *)(uintptr_t)cxa_option(name))

// libc has its tables and its streams only after it has started.
#undef toupper
#define toupper(c) ((c) >= 'a' && (c) <= 'z' ? (c) - 32 : (c))
static inline void cxa_write(const char *text) { CXA_CALL(SYS_write, 2, text, strlen(text), 0, 0, 0, 0); }
#define fputs(text, stream) cxa_write(text)
#undef stdout
#define stdout ((FILE *)NULL)
#define strerror(number) "error of the kernel"

/// At the end of a process the kernel takes its memory; mimalloc is asked only where it is to print, or was told to.
static int cxa_at_exit(void (*function)(void));
#define atexit cxa_at_exit
// Nothing runs as a constructor: executable.c starts it, before those of libraries.
#define constructor unused
