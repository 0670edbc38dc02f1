// SPDX-License-Identifier: Apache-2.0
// Walks of the stack, all at once and from everywhere: threads that allocate, throw, fork, open and close a plug-in,
// and allocate while the loader's list of objects is locked.
#include <dlfcn.h>
#include <link.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

static std::atomic<bool> done = false;
static void *volatile sink;

static void allocate() { std::free(sink = std::malloc(100)); }
static void throw_and_catch() {
  try {
    throw std::runtime_error(std::string(100, 'x'));
  } catch (const std::exception &error) {
    std::string copy = error.what();
  }
}
static int allocate_in_callback(dl_phdr_info *, size_t, void *) {
  allocate();
  return 0;
}
static void iterate() { dl_iterate_phdr(allocate_in_callback, nullptr); }
static const char *plug_in;
static void fork_and_allocate() {
  pid_t child = fork();
  if (child == 0) {
    // Not what may wait for ever by itself: dl_iterate_phdr() in a child of threads (glibc 2.36), and in a static
    // executable throw, whose table of frames another thread may have locked.
    for (int i = 0; i < 10; i++) allocate();
    if (plug_in) throw_and_catch();
    _exit(0);
  }
  int status;
  if (waitpid(child, &status, 0) != child || status != 0) std::abort();
}
static void open_and_close() {
  void *handle = dlopen(plug_in, RTLD_NOW);
  if (!handle) std::abort();
  std::free(reinterpret_cast<void *(*)(int)>(dlsym(handle, "in_plug_in"))(50));
  dlclose(handle);
}

int main(int argc, char **argv) {
  plug_in = argc > 1 ? argv[1] : nullptr;
  std::vector<std::thread> threads;
  for (void (*work)() :
       {allocate, allocate, throw_and_catch, iterate, fork_and_allocate, plug_in ? open_and_close : allocate})
    threads.emplace_back([work] {
      while (!done) work();
    });
  std::this_thread::sleep_for(std::chrono::seconds(3));
  done = true;
  for (auto &thread : threads) thread.join();
}
