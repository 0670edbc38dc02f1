// SPDX-License-Identifier: Apache-2.0
// Under other names, for --defsym and for assignments in scripts.
#include "who.h"
void *__libc_memalign(size_t, size_t);
void *my_memalign(size_t a, size_t n) { return __libc_memalign(a, n); }
int my_posix_memalign(void **p, size_t a, size_t n) { return (*p = __libc_memalign(a, n)) ? 0 : 12; }
