// SPDX-License-Identifier: Apache-2.0
// A library of C: jemalloc is behind the API, and malloc is the process's.
#ifdef ASKS
#include <cxx_alloc/use_jemalloc.h>
#endif
#include "proof.h"

static void *allocate(size_t size) { return cxx_alloc_allocate(size, 16); }
static void deallocate(void *block) { cxx_alloc_deallocate(block, 4000, 16); }

const char *prove(void) {
  const char *wrong = prove_malloc_is_libcs();
  return wrong != NULL ? wrong : prove_jemalloc(allocate, deallocate);
}
