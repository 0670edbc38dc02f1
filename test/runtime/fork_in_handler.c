// SPDX-License-Identifier: Apache-2.0
// A signal handler forks while its process, which has one thread, is inside malloc, free or fork itself. glibc allows
// it (its tst-mallocfork and tst-mallocfork2). $1: how many signals.
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "check.h"

static volatile sig_atomic_t handled;

static void wait_for(pid_t child) {
  CHECK(child > 0);
  int status;
  pid_t ended;
  while ((ended = waitpid(child, &status, 0)) < 0 && errno == EINTR) continue;
  CHECK(ended == child && status == 0);
}

static void handler(int number) {
  (void)number;
  int saved = errno;
  pid_t child = fork();
  if (child == 0) _exit(0);
  wait_for(child);
  handled++;
  errno = saved;
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  int wanted = atoi(argv[1]);
  struct sigaction action = {.sa_handler = handler};
  CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
  pid_t parent = getpid(), sender = fork();
  if (sender == 0) {
    for (;;) {
      if (kill(parent, SIGUSR1) != 0) _exit(0);
      usleep(100);
    }
  }
  void *held[64] = {0};
  for (unsigned i = 0; handled < wanted; i++) {
    free(held[i % 64]);
    // Large ones, too: these take the locks of an arena.
    held[i % 64] = malloc(i % 16 == 0 ? 100000 + i % 1000 : 1 + i * 37 % 5000);
    CHECK(held[i % 64] != NULL);
    if (i % 64 == 0) {
      pid_t child = fork();
      if (child == 0) {
        free(malloc(100000));
        _exit(0);
      }
      wait_for(child);
    }
  }
  for (int i = 0; i < 64; i++) free(held[i]);
  CHECK(signal(SIGUSR1, SIG_IGN) != SIG_ERR && kill(sender, SIGKILL) == 0);
  return 0;
}
