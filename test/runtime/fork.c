// SPDX-License-Identifier: Apache-2.0
// fork() while other threads are inside stdio and malloc. $1: the seconds to try; at least twice.
// glibc's fork takes stdio's list lock first and malloc's after it; an allocator whose pthread_atfork handler takes its
// own first deadlocks with a thread that allocates inside fopen or getline (glibc BZ#19431, test
// tst-malloc-fork-deadlock).
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "check.h"

static atomic_bool stop;

// A line that grows beyond what a thread caches, so that getline allocates under the lock of the stream.
static void *reads_long_lines(void *file_name) {
  while (!stop) {
    char *line = NULL;
    size_t size = 0;
    FILE *file = fopen(file_name, "r");
    CHECK(file != NULL);
    while (getline(&line, &size, file) > 0) free(strdup(line));
    fclose(file);
    free(line);
  }
  return NULL;
}

static void *flushes(void *unused) {
  while (!stop) fflush(NULL);
  return unused;
}

static void *allocates(void *unused) {
  void *held[64] = {0};
  for (unsigned i = 0; !stop; i++) {
    free(held[i % 64]);
    held[i % 64] = malloc(i % 1024 == 0 ? 5 << 20 : 1 + i * 37 % 40000);
    if (i % 256 == 0) (void)mallinfo2();
  }
  for (int i = 0; i < 64; i++) free(held[i]);
  return unused;
}

// All that a child may hang on: the locks of the allocator and of stdio.
static void child(void) {
  for (size_t size = 1; size < 1 << 22; size *= 3) free(realloc(malloc(size), size * 2));
  FILE *file = fopen("/dev/null", "w");
  CHECK(file != NULL);
  fprintf(file, "%d", getpid());
  fclose(file);
  fflush(NULL);
  malloc_trim(0);
  if (getpid() % 8 == 0) {
    pid_t grandchild = fork();
    if (grandchild == 0) {
      free(malloc(100));
      _exit(0);
    }
    int status;
    CHECK(waitpid(grandchild, &status, 0) == grandchild && status == 0);
  }
  _exit(0);
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  pthread_t threads[5];
  char file_name[] = "long-lines";
  FILE *file = fopen(file_name, "w");
  CHECK(file != NULL);
  for (int i = 0; i < 3; i++) CHECK(fprintf(file, "%*d\n", 1 << 20, i) > 0);
  fclose(file);
  CHECK(pthread_create(&threads[0], NULL, reads_long_lines, file_name) == 0);
  CHECK(pthread_create(&threads[1], NULL, reads_long_lines, file_name) == 0);
  CHECK(pthread_create(&threads[2], NULL, flushes, NULL) == 0);
  CHECK(pthread_create(&threads[3], NULL, allocates, NULL) == 0);
  CHECK(pthread_create(&threads[4], NULL, allocates, NULL) == 0);
  int forks = 0;
  for (time_t end = time(NULL) + atoi(argv[1]); time(NULL) < end || forks < 2; forks++) {
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) child();
    int status;
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
  }
  stop = 1;
  for (int i = 0; i < 5; i++) pthread_join(threads[i], NULL);
  printf("%d forks\n", forks);
}
