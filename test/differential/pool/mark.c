// SPDX-License-Identifier: Apache-2.0
// Asks for an allocator in its source.
#include <cxx_alloc/use_system.h>
void asks_for_system(void) {}
