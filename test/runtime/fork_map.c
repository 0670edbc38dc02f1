// SPDX-License-Identifier: Apache-2.0
// Forks while a thread takes address space that the allocator has no map of yet: jemalloc makes a new leaf of its map
// for each 128 MiB, under a lock of its own. A child makes one too: fork_map COUNT
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

enum { size = 5 << 20, leaf = 128 << 20, most = 2000 };

static volatile int stop;

static void *takes(void *unused) {
  for (int i = 0; i < most && !stop; i++) {
    char *volatile block = malloc(size);
    CHECK(block != NULL);
    CHECK(mmap(NULL, leaf, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);  // the next one is elsewhere
  }
  return unused;
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, takes, NULL) == 0);
  for (int i = 0; i < atoi(argv[1]); i++) {
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
      char *volatile block = malloc(2 * (size_t)leaf);
      CHECK(block != NULL);
      _exit(0);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
  }
  stop = 1;
  pthread_join(thread, NULL);
}
