// SPDX-License-Identifier: Apache-2.0
// usage: use_lives LIBRARY cycles|fork|threads
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static long resident_kb(void) {
  char line[256];
  long size = -1;
  FILE *file = fopen("/proc/self/status", "r");
  while (fgets(line, sizeof line, file)) sscanf(line, "VmRSS: %ld", &size);
  fclose(file);
  return size;
}

static void *open_library(const char *name) {
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) exit((puts(dlerror()), 2));
  return library;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  if (strcmp(argv[2], "cycles") == 0) {
    long resident = 0;
    size_t allocated = 0;
    for (int i = 0; i < 250; ++i) {
      void *library = open_library(argv[1]);
      ((void (*)(void))dlsym(library, "work_a_little"))();
      if (i == 50) resident = resident_kb(), allocated = ((size_t (*)(void))dlsym(library, "allocated"))();
      if (i == 249) {
        // A leak of what one cycle allocates, 200 times, would be a hundred megabytes.
        size_t now = ((size_t (*)(void))dlsym(library, "allocated"))();
        printf("resident %ld -> %ld kB, allocated %zu -> %zu\n", resident, resident_kb(), allocated, now);
        if (now > allocated + (1 << 20) || resident_kb() > resident + 16 * 1024) return 1;
      }
      dlclose(library);
    }
    return 0;
  }
  void *library = open_library(argv[1]);
  void (*leave_thread)(void) = (void (*)(void))dlsym(library, "leave_thread");
  void (*end_threads)(void) = (void (*)(void))dlsym(library, "end_threads");
  if (strcmp(argv[2], "fork") == 0) {
    int (*fork_inside)(int) = (int (*)(int))dlsym(library, "fork_inside");
    leave_thread();
    leave_thread();
    if (fork_inside(40) != 0) return 1;
    // The host forks too.
    pid_t child = fork();
    if (child == 0) {
      alarm(60);
      ((void (*)(void))dlsym(library, "work_a_little"))();
      _exit(0);
    }
    int status = 1;
    if (waitpid(child, &status, 0) != child || status != 0) return 1;
    end_threads();
    return 0;
  }
  // Threads that outlive dlclose, and end after it: their thread_local objects are destroyed by code of the library.
  for (int i = 0; i < 4; ++i) leave_thread();
  ((void (*)(void))dlsym(library, "work_a_little"))();
  dlclose(library);
  usleep(20 * 1000);
  end_threads();
  usleep(20 * 1000);
  for (int i = 0; i < 100; ++i) free(malloc(1000));
  pthread_exit(NULL);  // the process ends when the last of them has
}
