#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A library registers a handler before the first allocation that waits for a worker which allocates: ours must be older, so
# that it runs after the library's, or fork() hangs with the allocator's locks taken.
. "$(dirname "$0")/common.sh"
cat >library.c <<'END'
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
static pthread_t worker;
static atomic_int stop, works;
static void *work(void *nothing) {
  while (!stop) free(malloc(100000)), free(malloc(5000000)), works = 1;
  return nothing;
}
static void join_my_worker(void) {
  if (!works) return;
  stop = 1;
  pthread_join(worker, NULL);
  works = 0;
}
__attribute__((constructor)) static void start(void) { pthread_atfork(join_my_worker, NULL, NULL); }
void start_worker(void) {
  pthread_create(&worker, NULL, work, NULL);
  while (!works) {}
}
END
cat >main.c <<'END'
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
void start_worker(void);
int main(void) {
  free(malloc(10));
  start_worker();
  pid_t child = fork();
  if (child == 0) free(malloc(10)), _exit(0);
  int status = 1;
  waitpid(child, &status, 0);
  return status;
}
END
gcc -O1 -fno-builtin -shared -fPIC library.c -o libworker.so -pthread
"$cc" -O1 -fno-builtin main.c -o main -L. -lworker -Wl,-rpath,"$t" -pthread
for i in 1 2 3 4 5; do timeout -s KILL 20 ./main; done
gcc -O1 -fno-builtin -c library.c -o library.o
"$cc" -static -O1 -fno-builtin main.c library.o -o static -pthread
timeout -s KILL 20 ./static

# The test can fail: a jemalloc that is linked by hand registers at the first allocation. It hangs, as a rule at once.
archive=$(ls /usr/lib/*/libjemalloc.a 2>/dev/null || true)
if [[ $archive ]]; then
  gcc -O1 -fno-builtin main.c -o bare -L. -lworker -Wl,-rpath,"$t" "$archive" -pthread -lm -ldl -lstdc++
  hung=
  for i in 1 2 3 4 5 6 7 8; do timeout -s KILL 5 ./bare || hung=1; done
  [[ $hung ]]
fi
