// SPDX-License-Identifier: Apache-2.0
// A program of C that opens exercise.cc.
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv) {
  void *library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
  const char *(*exercise)(void) = library ? (const char *(*)(void))dlsym(library, "exercise") : NULL;
  if (exercise == NULL) return puts(dlerror()), 2;
  const char *wrong = exercise();
  if (wrong != NULL) return printf("exercise: %s\n", wrong), 1;
  return puts("done"), 0;
}
