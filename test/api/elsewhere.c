// SPDX-License-Identifier: Apache-2.0
// The second file that includes the header: nothing in it may be defined twice, and both files get the same answers.
#include <cxx_alloc/allocator.h>

const char *name_seen_elsewhere(void);
const char *name_seen_elsewhere(void) { return cxx_alloc_name(); }
