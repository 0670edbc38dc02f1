// SPDX-License-Identifier: Apache-2.0
// A program on libc's malloc that opens libraries and has each prove its allocator; its own malloc stays as it was.
// TAKES_ADDRESS: with the address of malloc in a table, which in a program that is not PIE is that of a PLT entry.
#include "proof.h"

#include <dlfcn.h>

#ifdef TAKES_ADDRESS
void *(*const table[])(size_t) = {malloc};
#endif

int main(int argc, char **argv) {
#ifdef TAKES_ADDRESS
  free(((void *(*const volatile *)(size_t))table)[0](1));
#endif
  void *libc_malloc = dlsym(RTLD_NEXT, "malloc");
  for (int i = 1; i < argc; ++i) {
    void *library = dlopen(argv[i], RTLD_NOW | RTLD_GLOBAL);
    const char *(*prove)(void) = library ? (const char *(*)(void))dlsym(library, "prove") : NULL;
    if (prove == NULL) return puts(dlerror()), 2;
    const char *wrong = prove();
    if (wrong != NULL) return printf("%s: %s\n", argv[i], wrong), 1;
    wrong = prove_malloc_is_libcs();
    if (wrong != NULL || dlsym(RTLD_NEXT, "malloc") != libc_malloc) return printf("host: %s\n", wrong), 1;
    dlclose(library);
  }
  return 0;
}
