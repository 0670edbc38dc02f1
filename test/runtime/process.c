// SPDX-License-Identifier: Apache-2.0
// vfork, posix_spawn, popen, system and daemon in a program with live threads and a live heap.
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#include "check.h"

extern char **environ;
static volatile int stop;

static void *allocates(void *unused) {
  while (!stop) free(malloc(1000));
  return unused;
}

static void ends_well(pid_t pid) {
  int status;
  CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void) {
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, allocates, NULL) == 0);
  char *words[] = {"true", NULL};
  for (int i = 0; i < 20; i++) {
    pid_t pid = vfork();
    if (pid == 0) {
      execvp("true", words);
      _exit(1);
    }
    ends_well(pid);
    CHECK(posix_spawnp(&pid, "true", NULL, NULL, words, environ) == 0);
    ends_well(pid);
  }
  CHECK(system("exit 0") == 0);
  FILE *pipe = popen("echo heard", "r");
  char *line = NULL;
  size_t size = 0;
  CHECK(getline(&line, &size, pipe) == 6 && strcmp(line, "heard\n") == 0 && pclose(pipe) == 0);
  free(line);
  stop = 1;
  pthread_join(thread, NULL);

  // The child goes on as the daemon; what the parent allocated is still its own.
  int ends[2];
  CHECK(pipe2(ends, 0) == 0);
  char *kept = strdup("kept");
  pid_t pid = fork();
  if (pid == 0) {
    CHECK(daemon(1, 1) == 0);
    CHECK(pthread_create(&thread, NULL, allocates, NULL) == 0);
    stop = 0;
    kept = realloc(kept, 100000);
    CHECK(strcmp(kept, "kept") == 0 && write(ends[1], "y", 1) == 1);
    _exit(0);
  }
  char answer = 'n';
  close(ends[1]);
  CHECK(read(ends[0], &answer, 1) == 1 && answer == 'y');
  ends_well(pid);
  free(kept);
  return 0;
}
