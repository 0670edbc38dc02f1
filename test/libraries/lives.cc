// SPDX-License-Identifier: Apache-2.0
// A library that is opened and closed, forks, and leaves threads behind.
#include <cxx_alloc/allocator.h>

#include <atomic>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {
thread_local std::vector<std::string> of_thread;  // destroyed when its thread ends
std::atomic<bool> may_end{false};
std::atomic<int> running{0};

void work(int times) {
  for (int i = 0; i < times; ++i) {
    of_thread.emplace_back(1 + i % 5000, 'x');
    if (of_thread.size() > 50) of_thread.clear();
  }
}
}  // namespace

extern "C" {
void work_a_little() {
  std::thread([] { work(200); }).join();
}

/// A detached thread that works on when this library is closed.
void leave_thread() {
  ++running;
  std::thread([] {
    while (!may_end) work(100), std::this_thread::yield();
  }).detach();
}
void end_threads() { may_end = true; }

size_t allocated() {
  cxx_alloc_statistics now;
  return cxx_alloc_read_statistics(&now) == 0 ? now.allocated : 0;
}
const char *allocator() { return cxx_alloc_name(); }

/// Children of a process whose other threads are allocating all the while; 0 when all of them could allocate.
int fork_inside(int times) {
  int wrong = 0;
  for (int i = 0; i < times; ++i) {
    work(20);
    pid_t child = fork();
    if (child == 0) {
      alarm(60);
      std::thread([] { work(300); }).join();
      work(300);
      _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) ++wrong;
  }
  return wrong;
}
}
