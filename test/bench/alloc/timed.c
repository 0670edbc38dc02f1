// SPDX-License-Identifier: Apache-2.0
// `timed FILE COMMAND…` writes the seconds that the command took and the peak of its resident KiB to FILE. Linked
// statically: a child's peak begins with that of the process that it was forked from, and a Python is larger than most
// of our programs.
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  double start = now();
  pid_t child = fork();
  if (child == 0) {
    execv(argv[2], argv + 2);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (child < 0 || wait4(child, &status, 0, &usage) < 0) return 2;
  double taken = now() - start;
  FILE *file = fopen(argv[1], "w");
  if (file == NULL) return 2;
  fprintf(file, "%.6f %ld\n", taken, usage.ru_maxrss);
  fclose(file);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
