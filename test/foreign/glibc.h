// SPDX-License-Identifier: Apache-2.0
// What glibc's tests expect of its support library (<support/…>, <libc-diag.h>, …), as far as those that we run need
// it. Written for this purpose; `run` makes one-line headers of glibc's names that include this file.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// Counted in shared memory: a test may fail in a child.
extern int *foreign_failures;
static inline void support_record_failure(void) { __atomic_add_fetch(foreign_failures, 1, __ATOMIC_SEQ_CST); }
#define FOREIGN_SAY(...)                                                                                               \
  (fprintf(stderr, "%s:%d: ", __FILE__, __LINE__), fprintf(stderr, __VA_ARGS__), fputc('\n', stderr))
#define TEST_VERIFY(x) ((x) ? (void)0 : (FOREIGN_SAY("not true: %s", #x), support_record_failure()))
#define TEST_VERIFY_EXIT(x) ((x) ? (void)0 : (FOREIGN_SAY("not true: %s", #x), exit(1)))
#define TEST_COMPARE(a, b)                                                                                             \
  ((long long)(a) == (long long)(b)                                                                                    \
       ? (void)0                                                                                                       \
       : (FOREIGN_SAY("%s is %lld, %s is %lld", #a, (long long)(a), #b, (long long)(b)), support_record_failure()))
#define TEST_COMPARE_BLOB(a, a_size, b, b_size) TEST_VERIFY((a_size) == (b_size) && memcmp(a, b, a_size) == 0)
#define FAIL_EXIT(status, ...) (FOREIGN_SAY(__VA_ARGS__), exit(status))
#define FAIL_EXIT1(...) FAIL_EXIT(1, __VA_ARGS__)
#define FAIL_RET(...) return (FOREIGN_SAY(__VA_ARGS__), 1)
#define FAIL(...) (FOREIGN_SAY(__VA_ARGS__), support_record_failure())
#define FAIL_UNSUPPORTED(...) FAIL_EXIT(77, __VA_ARGS__)

#define DIAG_PUSH_NEEDS_COMMENT
#define DIAG_POP_NEEDS_COMMENT
#define DIAG_IGNORE_NEEDS_COMMENT(version, option)
#define DIAG_IGNORE_Os_NEEDS_COMMENT(version, option)
#define array_length(x) (sizeof(x) / sizeof *(x))
#define attribute_hidden
#define DEFAULT_TIMEOUT 20
#define MALLOC_ALIGNMENT _Alignof(max_align_t)
#define MALLOC_ALIGN_MASK (MALLOC_ALIGNMENT - 1)
#define __attribute_optimization_barrier__ __attribute__((noinline, noclone))

static inline void *foreign_or_die(void *result) {
  return result ? result : (perror("out of memory"), exit(1), result);
}
static inline void *xmalloc(size_t size) { return foreign_or_die(malloc(size)); }
static inline void *xcalloc(size_t count, size_t size) { return foreign_or_die(calloc(count, size)); }
static inline void *xrealloc(void *block, size_t size) { return foreign_or_die(realloc(block, size)); }
static inline char *xstrdup(const char *text) { return foreign_or_die(strdup(text)); }
static inline char *xasprintf(const char *format, ...) {
  char *text = NULL;
  va_list list;
  va_start(list, format);
  if (vasprintf(&text, format, list) < 0) text = NULL;
  va_end(list);
  return foreign_or_die(text);
}

// Functions that return an error number, and functions that return -1.
#define FOREIGN_ZERO(call) ((void)((errno = (call)) == 0 ? 0 : (perror(#call), exit(1), 0)))
#define FOREIGN_NOT_MINUS_ONE(call) foreign_not_minus_one((call), #call)
static inline long foreign_not_minus_one(long result, const char *call) {
  return result != -1 ? result : (perror(call), exit(1), result);
}
static inline pthread_t xpthread_create(pthread_attr_t *attributes, void *(*function)(void *), void *argument) {
  pthread_t thread;
  FOREIGN_ZERO(pthread_create(&thread, attributes, function, argument));
  return thread;
}
static inline void *xpthread_join(pthread_t thread) {
  void *result;
  FOREIGN_ZERO(pthread_join(thread, &result));
  return result;
}
#define xpthread_kill(thread, signal) FOREIGN_ZERO(pthread_kill(thread, signal))
#define xpthread_cancel(thread) FOREIGN_ZERO(pthread_cancel(thread))
#define xpthread_mutex_lock(mutex) FOREIGN_ZERO(pthread_mutex_lock(mutex))
#define xpthread_mutex_unlock(mutex) FOREIGN_ZERO(pthread_mutex_unlock(mutex))
#define xpthread_barrier_init(...) FOREIGN_ZERO(pthread_barrier_init(__VA_ARGS__))
#define xpthread_barrier_destroy(barrier) FOREIGN_ZERO(pthread_barrier_destroy(barrier))
#define xpthread_barrierattr_init(x) FOREIGN_ZERO(pthread_barrierattr_init(x))
#define xpthread_barrierattr_destroy(x) FOREIGN_ZERO(pthread_barrierattr_destroy(x))
#define xpthread_barrierattr_setpshared(x, shared) FOREIGN_ZERO(pthread_barrierattr_setpshared(x, shared))
static inline int xpthread_barrier_wait(pthread_barrier_t *barrier) {
  int result = pthread_barrier_wait(barrier);
  if (result > 0) FAIL_EXIT1("pthread_barrier_wait: %d", result);
  return result;
}
#define xfork() ((pid_t)FOREIGN_NOT_MINUS_ONE(fork()))
#define xwaitpid(...) ((pid_t)FOREIGN_NOT_MINUS_ONE(waitpid(__VA_ARGS__)))
#define xopen(...) ((int)FOREIGN_NOT_MINUS_ONE(open(__VA_ARGS__)))
#define xclose(fd) ((void)FOREIGN_NOT_MINUS_ONE(close(fd)))
#define xunlink(path) ((void)FOREIGN_NOT_MINUS_ONE(unlink(path)))
#define xsysconf(name) FOREIGN_NOT_MINUS_ONE(sysconf(name))
#define xsignal(...) ((void)FOREIGN_NOT_MINUS_ONE((long)signal(__VA_ARGS__)))
#define xsigaction(...) ((void)FOREIGN_NOT_MINUS_ONE(sigaction(__VA_ARGS__)))
#define xmmap(address, length, protection, flags, fd) foreign_mmap(address, length, protection, flags, fd)
static inline void *foreign_mmap(void *address, size_t length, int protection, int flags, int fd) {
  void *block = mmap(address, length, protection, flags, fd, 0);
  if (block == MAP_FAILED) FAIL_EXIT1("mmap: %m");
  return block;
}
#define xmunmap(block, length) ((void)FOREIGN_NOT_MINUS_ONE(munmap(block, length)))
static inline void *support_shared_allocate(size_t size) {
  size_t *block = xmmap(NULL, size + 64, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);
  *block = size + 64;
  return block + 8;
}
static inline void support_shared_free(void *block) { xmunmap((size_t *)block - 8, ((size_t *)block)[-8]); }
#define ignore_stderr() ((void)0)
static inline void write_message(const char *text) { (void)!write(2, text, strlen(text)); }
static inline int create_temp_file(const char *base, char **path) {
  char *name = xasprintf("%sXXXXXX", base);
  int fd = mkstemp(name);
  if (path)
    *path = name;
  else
    free(name);
  return fd;
}
