/* SPDX-License-Identifier: Apache-2.0 */
/* Which file of this process serves malloc? Asked of the dynamic linker, which knows what every call is bound to;
   cxx-alloc is not asked. Included by every part of the demo, so that each part answers for its own calls. */
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdlib.h>

/* The path of the file that `malloc`, as called here, is in. */
static const char *malloc_owner(void) {
  void *(*volatile function)(size_t) = malloc;
  Dl_info info;
  void *symbol = NULL;
  if (!dladdr1((void *)function, &info, &symbol, RTLD_DL_SYMENT)) return "unknown";
  /* A non-PIE executable that takes malloc's address lends its PLT entry to the name: the symbol is undefined there,
     and the file is the wrong one. Then the next definition in search order is the one that runs. */
  if (symbol && ((const ElfW(Sym) *)symbol)->st_shndx == SHN_UNDEF) {
    void *next = dlsym(RTLD_NEXT, "malloc");
    if (!next || !dladdr(next, &info)) return "unknown";
  }
  return info.dli_fname;
}
