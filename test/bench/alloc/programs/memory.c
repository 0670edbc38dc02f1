// SPDX-License-Identifier: Apache-2.0
// What memory costs: memory NAME AMOUNT, the amount of work in per cent. Where the peak is not the question, prints the
// KiB that are.
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { mib = 1 << 20 };
static size_t percent;

static void *checked(void *block) {
  if (block == NULL) abort();
  return block;
}

// 200 blocks of 5 MiB, of which the first and the last byte are touched.
static void sparse(void) {
  for (size_t i = 0; i < 2 * percent; i++) {
    volatile char *block = checked(malloc(5 * mib));
    block[0] = block[5 * mib - 1] = 1;
  }
}

// 1 GiB of zeros, touched each 2 MiB.
static void strided(void) {
  size_t size = 1024 * percent / 100 * mib;
  volatile char *block = checked(calloc(size, 1));
  for (size_t i = 0; i < size; i += 2 * mib) block[i] = 1;
}

static void dense(void) {
  for (size_t i = 0; i < 60 * percent / 100; i++) memset(checked(malloc(4200000)), 1, 4200000);
}

static void print_resident(void) {
  long total, pages;
  FILE *statm = fopen("/proc/self/statm", "r");
  if (statm == NULL || fscanf(statm, "%ld %ld", &total, &pages) != 2) abort();
  fclose(statm);
  printf("%ld\n", pages * sysconf(_SC_PAGESIZE) / 1024);
}

// 500 blocks of 1 MiB are freed; then nothing happens.
static void idle(void) {
  size_t count = 5 * percent;
  char **blocks = checked(calloc(count, sizeof *blocks));
  for (size_t i = 0; i < count; i++) blocks[i] = memset(checked(malloc(mib)), 1, mib);
  for (size_t i = 0; i < count; i++) free(blocks[i]);
  print_resident();
}

static pthread_barrier_t all_are_there;

static void *small_blocks(void *nothing) {
  void *blocks[40];
  for (size_t i = 0; i < 40; i++) blocks[i] = memset(checked(malloc(16 + i * 24)), 1, 16 + i * 24);
  pthread_barrier_wait(&all_are_there);
  for (size_t i = 0; i < 40; i++) free(blocks[i]);
  return nothing;
}

static void start(pthread_t *threads, size_t count, void *(*work)(void *)) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 64 << 10);
  for (size_t i = 0; i < count; i++)
    if (pthread_create(&threads[i], &attributes, work, NULL) != 0) abort();
}

// 5,000 threads with 40 blocks each, of 16 to 952 bytes.
static void threads(void) {
  size_t count = 50 * percent;
  pthread_t *running = checked(calloc(count, sizeof *running));
  pthread_barrier_init(&all_are_there, NULL, (unsigned)count + 1);
  start(running, count, small_blocks);
  pthread_barrier_wait(&all_are_there);
  for (size_t i = 0; i < count; i++) pthread_join(running[i], NULL);
}

// Two buffers grow in turn to 64 MiB, in steps of 64 KiB.
static void growing(void) {
  enum { step = 64 << 10 };
  char *buffers[2] = {0};
  for (size_t size = step; size <= 64 * percent / 100 * mib; size += step) {
    for (int i = 0; i < 2; i++) {
      buffers[i] = checked(realloc(buffers[i], size));
      memset(buffers[i] + size - step, 1, step);
    }
  }
}

// 20,000 blocks of 4 to 14 KiB, each of which is replaced ten times; then four of five, which lie anywhere, are freed.
static void scattered(void) {
  size_t count = 200 * percent;
  char **blocks = checked(calloc(count, sizeof *blocks));
  uint32_t random = 1;
  for (size_t i = 0; i < 11 * count; i++) {
    random = random * 1664525 + 1013904223;
    size_t size = (4 << 10) + (random >> 8) % (10 << 10), place = i < count ? i : (random >> 4) % count;
    free(blocks[place]);
    blocks[place] = memset(checked(malloc(size)), 1, size);
  }
  for (size_t i = 0; i < count; i++) {
    random = random * 1664525 + 1013904223;
    if ((random >> 8) % 5 != 0) free(blocks[i]);
  }
  print_resident();
}

static pthread_mutex_t never = PTHREAD_MUTEX_INITIALIZER;

static void *waits(void *nothing) {
  free(checked(malloc(100)));
  pthread_barrier_wait(&all_are_there);
  pthread_mutex_lock(&never);
  return nothing;
}

// 300 children, one after the other, of a process with 20 threads.
static void forks(void) {
  pthread_t running[20];
  pthread_mutex_lock(&never);
  pthread_barrier_init(&all_are_there, NULL, 21);
  start(running, 20, waits);
  pthread_barrier_wait(&all_are_there);
  for (size_t i = 0; i < 3 * percent; i++) {
    pid_t child = fork();
    if (child == 0) {
      free(checked(malloc(1000)));
      _exit(0);
    }
    waitpid(child, NULL, 0);
  }
  _exit(0);
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*run)(void);
  } rows[] = {{"sparse", sparse},   {"strided", strided}, {"dense", dense},         {"idle", idle},
              {"threads", threads}, {"growing", growing}, {"scattered", scattered}, {"forks", forks}};
  if (argc != 3) return 2;
  percent = strtoul(argv[2], NULL, 10);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strcmp(argv[1], rows[i].name) == 0) return rows[i].run(), 0;
  return 2;
}
