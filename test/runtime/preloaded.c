// SPDX-License-Identifier: Apache-2.0
// For preloads.sh: allocates in some threads, and in a child.
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void *allocate(void *nothing) {
  for (size_t size = 1; size < 1000000; size = size * 3 / 2 + 1) {
    char *block = calloc(1, size);
    if (block == NULL || block[size - 1] != 0) abort();
    memset(block, 1, size);
    block = realloc(block, size * 2);
    if (block == NULL || block[size - 1] != 1) abort();
    free(block);
    free(aligned_alloc(64, size));
  }
  return nothing;
}

int main(void) {
  allocate(NULL);
  pthread_t threads[3];
  for (int i = 0; i < 3; i++)
    if (pthread_create(&threads[i], NULL, allocate, NULL) != 0) return 1;
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  pid_t child = fork();
  if (child == 0) {
    allocate(NULL);
    _exit(0);
  }
  int status = 1;
  waitpid(child, &status, 0);
  malloc_trim(0);
  return status;
}
