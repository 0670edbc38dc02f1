// SPDX-License-Identifier: Apache-2.0
// What a program costs, as the kernel counts it: memory NAME [SIZE COUNT]. Prints figures of /proc/self/status in KiB,
// page faults and mappings, as words for a shell: VmHWM=… VmRSS=… VmSize=… faults=… maps=…
#include <malloc.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "check.h"

static size_t size, count;

static void print_figures(void) {
  static char line[512];
  FILE *status = fopen("/proc/self/status", "r");
  CHECK(status != NULL);
  while (fgets(line, sizeof line, status)) {
    char name[32];
    long value;
    if (sscanf(line, "%31[^:]: %ld kB", name, &value) == 2 && strncmp(name, "Vm", 2) == 0)
      printf("%s=%ld ", name, value);
  }
  fclose(status);
  FILE *maps = fopen("/proc/self/maps", "r");
  CHECK(maps != NULL);
  long lines = 0;
  for (int byte; (byte = getc(maps)) != EOF;) lines += byte == '\n';
  fclose(maps);
  struct rusage usage;
  CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
  printf("maps=%ld faults=%ld\n", lines, usage.ru_minflt);
}

static char *checked(void *block) {
  CHECK(block != NULL);
  return block;
}

static void touch_ends(volatile char *block) { block[0] = block[size - 1] = 1; }

static void nothing(void) {}

static void sparse_malloc(void) {
  for (size_t i = 0; i < count; i++) touch_ends(checked(malloc(size)));
}

static void sparse_calloc(void) {
  for (size_t i = 0; i < count; i++) touch_ends(checked(calloc(1, size)));
}

static void sparse_aligned(void) {
  for (size_t i = 0; i < count; i++) touch_ends(checked(aligned_alloc(65536, size)));
}

// One block of `size` MiB, touched each 2 MiB.
static void strided(void) {
  volatile char *block = checked(calloc(size, 1 << 20));
  for (size_t i = 0; i < size << 20; i += 2 << 20) block[i] = 1;
}

static void dense(void) {
  for (size_t i = 0; i < count; i++) memset(checked(malloc(size)), 1, size);
}

static void freed(void) {
  char **blocks = (char **)checked(calloc(count, sizeof *blocks));
  for (size_t i = 0; i < count; i++) blocks[i] = memset(checked(malloc(size)), 1, size);
  for (size_t i = 0; i < count; i++) free(blocks[i]);
}

// `count` blocks grow in turn to `size` MiB, in steps of 64 KiB, so that one stands in the way of the other.
static void growing(void) {
  enum { step = 64 << 10, most = 64 };
  char *blocks[most] = {0};
  CHECK(count <= most);
  for (size_t now = step; now <= size << 20; now += step) {
    for (size_t i = 0; i < count; i++) {
      blocks[i] = checked(realloc(blocks[i], now));
      memset(blocks[i] + now - step, (int)i + 1, step);
    }
  }
  for (size_t i = 0; i < count; i++)
    for (size_t at = 0; at < size << 20; at += 512) CHECK(blocks[i][at] == (char)(i + 1));
  for (size_t i = 0; i < count; i++) {
    blocks[i] = checked(realloc(blocks[i], 300000));
    CHECK(blocks[i][0] == (char)(i + 1) && blocks[i][299999] == (char)(i + 1));
  }
}

// `count` blocks double up to `size` KiB and are freed; then twice as much goes into blocks of 5,000 bytes.
static void doubling(void) {
  char **blocks = (char **)checked(calloc(count, sizeof *blocks));
  for (size_t now = size << 10 >> 6; now <= size << 10; now *= 2)
    for (size_t i = 0; i < count; i++) memset(blocks[i] = checked(realloc(blocks[i], now)), 1, now);
  for (size_t i = 0; i < count; i++) free(blocks[i]);
  for (size_t i = 0; i < (size << 11) * count / 5000; i++) memset(checked(malloc(5000)), 1, 5000);
}

static pthread_barrier_t barrier;

static void *small_blocks(void *number) {
  char *blocks[40];
  for (size_t i = 0; i < 40; i++) {
    size_t bytes = size != 0 ? size : 16 + (i * 37 + (size_t)number) % 1000;
    blocks[i] = memset(checked(malloc(bytes)), 1, bytes);
  }
  pthread_barrier_wait(&barrier);
  pthread_barrier_wait(&barrier);
  for (size_t i = 0; i < 40; i++) free(blocks[i]);
  return NULL;
}

// `count` threads with 40 blocks each, of `size` bytes or of 16 to 1,015.
static void threads(void) {
  pthread_t *running = (pthread_t *)checked(calloc(count, sizeof *running));
  pthread_attr_t attributes;
  CHECK(pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, 64 << 10) == 0);
  CHECK(pthread_barrier_init(&barrier, NULL, (unsigned)count + 1) == 0);
  for (size_t i = 0; i < count; i++) CHECK(pthread_create(&running[i], &attributes, small_blocks, (void *)i) == 0);
  pthread_barrier_wait(&barrier);
  print_figures();
  pthread_barrier_wait(&barrier);
  for (size_t i = 0; i < count; i++) pthread_join(running[i], NULL);
}

// A process that locks its memory has all that is mapped in memory, and a limit for it.
static void locked(void) {
  CHECK(mlockall(MCL_CURRENT | MCL_FUTURE) == 0);
  for (size_t i = 0; i < 100; i++) memset(checked(malloc(1000)), 1, 1000);
}

static const struct {
  const char *name;
  void (*run)(void);
} tests[] = {{"nothing", nothing}, {"malloc", sparse_malloc}, {"calloc", sparse_calloc}, {"aligned", sparse_aligned},
             {"strided", strided}, {"dense", dense},          {"freed", freed},          {"growing", growing},
             {"threads", threads}, {"locked", locked},        {"doubling", doubling}};

int main(int argc, char **argv) {
  CHECK(argc > 1);
  if (argc > 2) size = strtoull(argv[2], NULL, 0);
  if (argc > 3) count = strtoull(argv[3], NULL, 0);
  checked(malloc(100));
  for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
    if (strcmp(tests[i].name, argv[1]) != 0) continue;
    tests[i].run();
    if (tests[i].run != threads) print_figures();
    return 0;
  }
  return 2;
}
