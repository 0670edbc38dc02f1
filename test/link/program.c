// SPDX-License-Identifier: Apache-2.0
// The same in C, where no C++ runtime may appear.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

char *text_of_archive(void);
__attribute__((weak)) int use_plugin(const char *file);

static void *run(void *unused) {
  free(malloc(300));
  return unused;
}

int main(int argc, char **argv) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, run, NULL) || pthread_join(thread, NULL)) return 1;
  free(text_of_archive());
  free(strdup(argv[0]));
  for (int i = 1; i < argc; i++)
    if (!use_plugin || use_plugin(argv[i])) return 2;
  return 0;
}
