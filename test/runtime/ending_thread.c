// SPDX-License-Identifier: Apache-2.0
// A thread that never allocated ends, and libc frees for it what hundreds of others left: more blocks than jemalloc
// takes for a sign of life. It must not be remembered: its memory is unmapped, and the next thread that starts would
// touch it.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { small_count = 1200, small_stack = 32 << 10 };

static pthread_barrier_t all_there;

static void *wait_for_all(void *nothing) {
  pthread_barrier_wait(&all_there);
  return nothing;
}
static void *do_nothing(void *nothing) { return nothing; }
static void *allocate(void *nothing) {
  free(malloc(100));
  return nothing;
}

static pthread_t start_with(void *(*what)(void *), size_t stack, int detached) {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack);
  pthread_attr_setdetachstate(&attributes, detached);
  if (pthread_create(&thread, &attributes, what, NULL) != 0) exit(2);
  pthread_attr_destroy(&attributes);
  return thread;
}

static pthread_t start(void *(*what)(void *), size_t stack) { return start_with(what, stack, PTHREAD_CREATE_JOINABLE); }

int main(void) {
  // What glibc keeps of stacks of ended threads is bounded (40 MiB); the one that ends last brings it above that.
  static pthread_t threads[small_count];
  for (int round = 0; round < 3; round++) {
    pthread_barrier_init(&all_there, NULL, small_count);
    for (int i = 0; i < small_count; i++) threads[i] = start(wait_for_all, small_stack);
    for (int i = 0; i < small_count; i++) pthread_join(threads[i], NULL);
    // Detached, or the stacks are freed by who joins it.
    start_with(do_nothing, 39u << 20, PTHREAD_CREATE_DETACHED);
    usleep(300000);
    for (int i = 0; i < 20; i++) pthread_join(start(allocate, 1 << 20), NULL);
  }
  return 0;
}
