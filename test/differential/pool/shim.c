// SPDX-License-Identifier: Apache-2.0
// One member of the family, for a system that lacks it.
#include "who.h"
int posix_memalign(void **, size_t, size_t);
void *aligned_alloc(size_t a, size_t n) {
  void *p;
  return posix_memalign(&p, a < 8 ? 8 : a, n) ? 0 : p;
}
