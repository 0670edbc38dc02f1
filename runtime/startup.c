// SPDX-License-Identifier: Apache-2.0
// Where are the environment and the auxiliary vector before libc knows them, without asking a function of libc's?
//
// The kernel puts them on the stack of the process, behind one another. Three ways lead there: what functions of
// .preinit_array are told (executable); `environ`, in a static program, where libc sets it first of all; and
// __libc_stack_end, a variable of ld.so, which points at the count of arguments in front of them. In a static program
// that one is not exact, but there `environ` is set.
#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <string.h>

#include "kernel.h"
#include "startup.h"

extern void *__libc_stack_end __attribute__((weak));
extern char **environ;

static char **kernel_environment;  // as the kernel wrote it

static char **find_environment(void) {
  if (kernel_environment != NULL) return kernel_environment;
#ifndef CXX_ALLOC_GUEST
  if (environ != NULL) return environ;
#endif
  if (&__libc_stack_end == NULL || __libc_stack_end == NULL) return NULL;
  long count = *(long *)__libc_stack_end;
  char **after = (char **)__libc_stack_end + 1 + count;
  return count >= 0 && *after == NULL ? after + 1 : NULL;
}

unsigned long cxx_alloc_auxiliary(unsigned long type) {
  char **word = find_environment();
  if (word == NULL) return 0;
  while (*word != NULL) word++;
  // ld.so moves the rest together where it takes variables out of a set-user-ID program's environment.
  while (word[1] == NULL) word++;
  for (const ElfW(auxv_t) *entry = (const ElfW(auxv_t) *)(word + 1); entry->a_type != AT_NULL; entry++)
    if (entry->a_type == type) return entry->a_un.a_val;
  return 0;
}

const char *cxx_alloc_environment(const char *name) {
  char **words = find_environment();
  if (words == NULL || cxx_alloc_auxiliary(AT_SECURE) != 0) return NULL;
  // What the program has set since counts, too.
  if (environ != NULL) words = environ;
  size_t length = strlen(name);
  for (; *words != NULL; words++)
    if (strncmp(*words, name, length) == 0 && (*words)[length] == '=') return *words + length + 1;
  return NULL;
}

bool cxx_alloc_serves;
bool cxx_alloc_reads_options;
int cxx_alloc_errno_of_options;

void cxx_alloc_start(char **words) { kernel_environment = words; }
