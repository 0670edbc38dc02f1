// SPDX-License-Identifier: Apache-2.0
// The kernel, without libc between. A preloaded library or the program itself may define any of libc's functions, and
// its definition may allocate, look names up, or answer something else: faketime, torsocks, a test's mmap. glibc's own
// malloc does not go by those names either.
//
// A failed call returns the kernel's negative error number. errno stays as it is.
#pragma once

#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined __x86_64__
static inline long cxx_alloc_kernel(long number, long a, long b, long c, long d, long e, long f) {
  register long fourth __asm__("r10") = d;
  register long fifth __asm__("r8") = e;
  register long sixth __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "0"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined __aarch64__
static inline long cxx_alloc_kernel(long number, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory", "cc");
  return x0;
}
#elif defined __i386__
// The sixth goes into ebp, the frame pointer, which no constraint can name; so it and the number come by an address.
static inline long cxx_alloc_kernel(long number, long a, long b, long c, long d, long e, long f) {
  long pair[2] = {number, f};
  long result;
  __asm__ volatile("pushl %%ebp\n\t"
                   "movl 4(%%eax), %%ebp\n\t"
                   "movl (%%eax), %%eax\n\t"
                   "int $0x80\n\t"
                   "popl %%ebp"
                   : "=a"(result)
                   : "0"(pair), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
                   : "memory", "cc");
  return result;
}
#else
// Another target goes by libc's function, which few replace.
#include <errno.h>
#include <unistd.h>
static inline long cxx_alloc_kernel(long number, long a, long b, long c, long d, long e, long f) {
  int saved = errno;
  long result = syscall(number, a, b, c, d, e, f);
  if (result == -1) result = -errno;
  errno = saved;
  return result;
}
#endif

#ifdef SYS_mmap2
enum { cxx_alloc_kernel_mmap = SYS_mmap2, cxx_alloc_kernel_mmap_shift = 12 };
#else
enum { cxx_alloc_kernel_mmap = SYS_mmap, cxx_alloc_kernel_mmap_shift = 0 };
#endif

static inline int cxx_alloc_kernel_failed(long result) { return (unsigned long)result > -4096ul; }

// The program's environment and the kernel's auxiliary vector, which stands behind it on the stack. startup.c finds
// them.
#pragma GCC visibility push(hidden)
/// The value of `name`, or NULL; as secure_getenv(3).
const char *cxx_alloc_environment(const char *name);
/// What the kernel said about `type` (AT_PAGESZ, …), or 0; as getauxval(3).
unsigned long cxx_alloc_auxiliary(unsigned long type);
/// As clock_gettime(2), without a system call where the kernel has that (clock.c). Where it fails `time` is 0.
int cxx_alloc_clock(clockid_t clock, struct timespec *time);
#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif
