// SPDX-License-Identifier: Apache-2.0
// What jemalloc asks of the system, past libc's functions (kernel.h says why). A patch includes this in every file of
// jemalloc's, behind the system's headers.
//
// None of it touches errno: free() must leave it alone (POSIX.1-2024), also when it gives pages back to a kernel that
// refuses. Locks and conditions are words of their own, for a futex: a mutex of libc's is a sanitizer's as well.
#pragma once

#include <elf.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

#include "kernel.h"
#include "startup.h"

static inline long cxa_or_minus_one(long result) { return cxx_alloc_kernel_failed(result) ? -1 : result; }

#define CXA_PICK(_0, _1, _2, _3, _4, _5, _6, ...)                                                                      \
  cxa_or_minus_one(cxx_alloc_kernel(_0, (long)(_1), (long)(_2), (long)(_3), (long)(_4), (long)(_5), (long)(_6)))
#undef syscall
#define syscall(...) CXA_PICK(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

// strtol() and the like report by errno, and so do jemalloc's own. Options are read before anybody can be asked for it.
static inline int *cxa_errno(void) {
  return cxx_alloc_reads_options ? &cxx_alloc_errno_of_options : __errno_location();
}
#undef errno
#define errno (*cxa_errno())

// --- Memory ----------------------------------------------------------------------------------------------------------

static inline void *cxa_mmap(void *at, size_t size, int protection, int flags, int file, off_t offset) {
  return (void *)syscall(cxx_alloc_kernel_mmap, at, size, protection, flags, file,
                         offset >> cxx_alloc_kernel_mmap_shift);
}
#undef mmap
#define mmap cxa_mmap
#define mremap(at, old_size, size, flags, place) ((void *)syscall(SYS_mremap, at, old_size, size, flags, place))
#define munmap(at, size) ((int)syscall(SYS_munmap, at, size))
#define mprotect(at, size, protection) ((int)syscall(SYS_mprotect, at, size, protection))
#define madvise(at, size, advice) ((int)syscall(SYS_madvise, at, size, advice))
// sbrk() is libc's own; two cannot move the break. It is nothing but the last resort, where mmap() is refused.
#undef JEMALLOC_DSS

// --- Files, names and limits -----------------------------------------------------------------------------------------

#define readlink(path, buffer, size) ((ssize_t)syscall(SYS_readlinkat, AT_FDCWD, path, buffer, size))
#define secure_getenv(name) ((char *)cxx_alloc_environment(name))

/// One more than the last number in a list of processors, "0-3,7".
static inline long cxa_count_processors(const char *list) {
  char text[256];
  long file = syscall(SYS_openat, AT_FDCWD, list, O_RDONLY | O_CLOEXEC);
  long length = file < 0 ? -1 : syscall(SYS_read, file, text, sizeof text);
  if (file >= 0) syscall(SYS_close, file);
  long last = -1;
  for (long i = 0; i < length; i++) {
    if (text[i] < '0' || text[i] > '9') continue;
    if (i == 0 || text[i - 1] < '0' || text[i - 1] > '9') last = 0;
    last = last * 10 + (text[i] - '0');
  }
  return last + 1;
}

static inline long cxa_sysconf(int name) {
  unsigned long page;
  switch (name) {
  case _SC_PAGESIZE: page = cxx_alloc_auxiliary(AT_PAGESZ); return page != 0 ? (long)page : -1;
  case _SC_NPROCESSORS_ONLN: return cxa_count_processors("/sys/devices/system/cpu/online");
  case _SC_NPROCESSORS_CONF: return cxa_count_processors("/sys/devices/system/cpu/possible");
  default: return -1;
  }
}
#define sysconf cxa_sysconf

// glibc's returns the text, which may be its own and not `text`.
static inline char *cxa_strerror_r(int error, char *text, size_t size) {
  static const char prefix[] = "error ";
  if (size < sizeof prefix + 10) return (char *)"error";
  memcpy(text, prefix, sizeof prefix);
  char *end = text + sizeof prefix - 1, digits[10];
  int count = 0;
  for (; error > 0 && count < 10; error /= 10) digits[count++] = (char)('0' + error % 10);
  while (count > 0) *end++ = digits[--count];
  *end = '\0';
  return text;
}
#define strerror_r cxa_strerror_r

// --- Time and processors ---------------------------------------------------------------------------------------------

#define clock_gettime cxx_alloc_clock
static inline int cxa_gettimeofday(struct timeval *time, void *zone) {
  struct timespec now;
  (void)zone;
  int result = clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return result;
}
#define gettimeofday cxa_gettimeofday

static inline int cxa_getaffinity(pid_t task, size_t size, cpu_set_t *set) {
  long length = syscall(SYS_sched_getaffinity, task, size, set);
  for (size_t i = length < 0 ? 0 : (size_t)length; i < size; i++) ((char *)set)[i] = 0;
  return length < 0 ? -1 : 0;
}
static inline int cxa_count_set(const cpu_set_t *set) {
  int count = 0;
  for (size_t i = 0; i < sizeof *set; i++)
    for (unsigned byte = ((const unsigned char *)set)[i]; byte != 0; byte &= byte - 1) count++;
  return count;
}
#undef CPU_COUNT
#define CPU_COUNT(set) cxa_count_set(set)
#define sched_getaffinity cxa_getaffinity
#define sched_setaffinity(task, size, set) ((int)syscall(SYS_sched_setaffinity, task, size, set))
#define sched_yield() ((int)syscall(SYS_sched_yield))
static inline int cxa_getcpu(void) {
  unsigned cpu;
  return syscall(SYS_getcpu, &cpu, NULL, NULL) < 0 ? -1 : (int)cpu;
}
#define sched_getcpu cxa_getcpu

// --- Threads ---------------------------------------------------------------------------------------------------------

// Who is it? Any value that no other thread has.
#define pthread_self() ((pthread_t)__builtin_thread_pointer())
#define pthread_setname_np(thread, name) ((int)syscall(SYS_prctl, PR_SET_NAME, name))
#define pthread_getname_np(thread, buffer, size) ((int)syscall(SYS_prctl, PR_GET_NAME, buffer))
#define pthread_sigmask(how, set, old) ((int)syscall(SYS_rt_sigprocmask, how, set, old, 8))
// 32 and 33 are libc's own (cancellation, setuid); nobody may block them.
static inline int cxa_sigfillset(sigset_t *set) {
  for (int i = 0; i < 8; i++) ((unsigned char *)set)[i] = i == 3 ? 0x7f : i == 4 ? 0xfe : 0xff;
  return 0;
}
#define sigfillset cxa_sigfillset

// 0: free; 1: taken; 2: taken, and somebody may wait.
typedef struct {
  int word;
} cxa_lock_t;

static inline int cxa_lock_try(cxa_lock_t *lock) {
  int free = 0;
  return !__atomic_compare_exchange_n(&lock->word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}
static __attribute__((noinline, unused)) void cxa_lock_wait(cxa_lock_t *lock) {
  while (__atomic_exchange_n(&lock->word, 2, __ATOMIC_ACQUIRE) != 0)
    syscall(SYS_futex, &lock->word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 2, NULL);
}
static inline int cxa_lock_take(cxa_lock_t *lock) {
  if (__builtin_expect(cxa_lock_try(lock), 0)) cxa_lock_wait(lock);
  return 0;
}
static inline int cxa_lock_give(cxa_lock_t *lock) {
  if (__builtin_expect(__atomic_exchange_n(&lock->word, 0, __ATOMIC_RELEASE) == 2, 0))
    syscall(SYS_futex, &lock->word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1);
  return 0;
}

// A condition counts how often it was signalled.
typedef struct {
  int count;
} cxa_condition_t;

static inline int cxa_condition_wait(cxa_condition_t *condition, cxa_lock_t *lock, const struct timespec *until) {
  int seen = __atomic_load_n(&condition->count, __ATOMIC_ACQUIRE);
  cxa_lock_give(lock);
  long result = cxx_alloc_kernel(SYS_futex, (long)&condition->count,
                                 FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME, seen, (long)until, 0,
                                 (long)FUTEX_BITSET_MATCH_ANY);
  cxa_lock_take(lock);
  return result == -ETIMEDOUT ? ETIMEDOUT : 0;
}
static inline int cxa_condition_signal(cxa_condition_t *condition) {
  __atomic_fetch_add(&condition->count, 1, __ATOMIC_RELEASE);
  syscall(SYS_futex, &condition->count, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1);
  return 0;
}

#define pthread_mutex_t cxa_lock_t
#undef PTHREAD_MUTEX_INITIALIZER
#define PTHREAD_MUTEX_INITIALIZER {0}
#undef PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP
#define PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP {0}
#define pthread_mutexattr_init(attributes) ((void)(attributes), 0)
#define pthread_mutexattr_settype(attributes, type) ((void)0)
#define pthread_mutexattr_destroy(attributes) ((void)0)
#define pthread_mutex_init(lock, attributes) (*(lock) = (cxa_lock_t){0}, 0)
#define pthread_mutex_destroy(lock) ((void)(lock), 0)  // for jemalloc's own tests
#define pthread_mutex_trylock cxa_lock_try
#define pthread_mutex_lock cxa_lock_take
#define pthread_mutex_unlock cxa_lock_give
#define pthread_cond_t cxa_condition_t
#define pthread_cond_init(condition, attributes) (*(condition) = (cxa_condition_t){0}, 0)
#define pthread_cond_wait(condition, lock) cxa_condition_wait(condition, lock, NULL)
#define pthread_cond_timedwait cxa_condition_wait
#define pthread_cond_signal cxa_condition_signal

/// True in the last moments of a thread, when glibc (since 2.34) has blocked its own signal 32, which nobody else can.
static inline bool cxa_thread_is_ending(void) {
  uint64_t blocked = 0;
  return syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &blocked, sizeof blocked) == 0 && (blocked >> 31 & 1) != 0;
}
