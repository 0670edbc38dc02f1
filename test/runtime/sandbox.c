// SPDX-License-Identifier: Apache-2.0
// sandbox kill|eperm CALL… -- COMMAND…: runs a command that may do these system calls, and those of a program that does
// not allocate. Others kill it, or fail with EPERM. The command "work" is this program itself, which allocates by then.
// sandbox no-writing -- COMMAND…: all may be done, but nothing may be made writable.
#include <gnu/libc-version.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "check.h"

#define CALL(name) {#name, SYS_##name},
static const struct {
  const char *name;
  int number;
} calls[] = {CALL(brk) CALL(mmap) CALL(munmap) CALL(mremap) CALL(mprotect) CALL(madvise) CALL(openat) CALL(read)
                 CALL(close) CALL(readlink) CALL(readlinkat) CALL(sched_getaffinity) CALL(clock_gettime) CALL(futex)
                     CALL(gettid) CALL(getpid) CALL(prctl) CALL(getrandom) CALL(sched_yield) CALL(mincore) CALL(open)
                         CALL(getcpu) CALL(prlimit64)};

// What the start and the end of a program take, of threads, and of the output.
static const int without_malloc[] = {SYS_execve,
                                     SYS_arch_prctl,
                                     SYS_access,
                                     SYS_newfstatat,
                                     SYS_pread64,
                                     SYS_set_tid_address,
                                     SYS_set_robust_list,
                                     SYS_rseq,
                                     SYS_prlimit64,
                                     SYS_exit,
                                     SYS_exit_group,
                                     SYS_write,
                                     SYS_fstat,
                                     SYS_clone,
                                     SYS_clone3,
                                     SYS_rt_sigprocmask,
                                     SYS_rt_sigreturn,
                                     SYS_rt_sigaction,
                                     SYS_brk,
                                     SYS_mmap,
                                     SYS_munmap,
                                     SYS_mprotect,
                                     SYS_openat,
                                     SYS_read,
                                     SYS_close,
                                     SYS_futex};

static struct sock_filter filter[300] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
};
static unsigned short length = 1;

static void allow(int number) {
  filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1);
  filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
}

static void allow_by_name(const char *name) {
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    if (strcmp(calls[i].name, name) == 0) return allow(calls[i].number);
  fprintf(stderr, "%s: no number known\n", name);
  _exit(2);
}

static void deny_writing(void) {
  filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 0, 3);
  filter[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2]));
  filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_WRITE, 0, 1);
  filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
}

static void *work(void *unused) {
  enum { count = 1000 };
  static _Thread_local char *blocks[count];
  for (int round = 0; round < 2; round++) {
    for (size_t i = 0; i < count; i++) {
      size_t size = i % 100 == 0 ? i * 3000 : i;
      blocks[i] = round % 2 ? calloc(1, size + 1) : memalign(64, size + 1);
      CHECK(blocks[i] != NULL);
      blocks[i][size] = 1;
    }
    for (size_t i = 0; i < count; i += 50) CHECK((blocks[i] = realloc(blocks[i], i * 4000 + 1)) != NULL);
    for (size_t i = 0; i < count; i++) free(blocks[i]);
  }
  char *grown = NULL;
  for (size_t size = 1 << 16; size <= 32 << 20; size *= 2) CHECK((grown = realloc(grown, size)) != NULL);
  free(grown);
  malloc_trim(0);
  return unused;
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "work") == 0) return work(NULL), 0;
  CHECK(argc > 3);
  unsigned otherwise = SECCOMP_RET_ERRNO | EPERM;
  if (strcmp(argv[1], "kill") == 0) otherwise = SECCOMP_RET_KILL_PROCESS;
  if (strcmp(argv[1], "no-writing") == 0) otherwise = SECCOMP_RET_ALLOW, deny_writing();
  int i = 2;
  for (; i < argc && strcmp(argv[i], "--") != 0; i++) allow_by_name(argv[i]);
  for (size_t k = 0; k < sizeof without_malloc / sizeof *without_malloc; k++) allow(without_malloc[k]);
  // At each start, for its own malloc.
  if (strverscmp(gnu_get_libc_version(), "2.43") >= 0) allow(SYS_getrandom);
  filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, otherwise);
  struct sock_fprog program = {length, filter};
  CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
  if (strcmp(argv[i + 1], "work") != 0) {
    execv(argv[i + 1], &argv[i + 1]);
    return 127;
  }
  pthread_t threads[2];
  for (int k = 0; k < 2; k++) CHECK(pthread_create(&threads[k], NULL, work, NULL) == 0);
  for (int k = 0; k < 2; k++) CHECK(pthread_join(threads[k], NULL) == 0);
  work(NULL);
  return 0;
}
