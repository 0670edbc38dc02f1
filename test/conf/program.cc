// SPDX-License-Identifier: Apache-2.0
// Allocates before main, in main, in threads, in a forked child and in a plug-in, each in a function with a name of its
// own, and keeps all of it.
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#define NAMED __attribute__((noinline))

static void *volatile kept[10000];
static std::atomic<int> count = 0;
static void *keep(void *block) {
  kept[count++] = block;
  return block;
}

NAMED void *before_main(int n) { return keep(new char[n]); }
NAMED void *by_new(int n) { return keep(new char[n]); }
NAMED void *by_malloc(int n) { return keep(std::malloc(n)); }
NAMED void *by_aligned(int n) { return keep(std::aligned_alloc(64, n)); }
NAMED void *by_realloc(int n) { return keep(std::realloc(std::malloc(1), n)); }
NAMED void *by_strdup(int n) { return keep(strdup(std::string(n, 'x').c_str())); }
NAMED void *in_child(int n) { return keep(new char[n]); }
NAMED void caller_of_new(int n) {
  by_new(n);
  asm volatile("");
}

static void *early = before_main(300000);

int main(int argc, char **argv) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++)
    threads.emplace_back([] {
      for (int j = 0; j < 100; j++) caller_of_new(1000);
    });
  for (auto &thread : threads) thread.join();
  for (int j = 0; j < 100; j++) {
    by_malloc(2000);
    by_aligned(4096);
    by_realloc(3000);
    by_strdup(5000);
  }
  if (argc > 1) {
    void *plug_in = dlopen(argv[1], RTLD_NOW);
    auto *function = plug_in ? reinterpret_cast<void *(*)(int)>(dlsym(plug_in, "in_plug_in")) : nullptr;
    if (!function) return 2;
    for (int j = 0; j < 100; j++) keep(function(7000));
  }
  pid_t child = fork();
  if (child == 0) {
    for (int j = 0; j < 100; j++) in_child(9000);
    std::exit(0);
  }
  int status;
  return waitpid(child, &status, 0) != child || status != 0 || early == nullptr;
}
