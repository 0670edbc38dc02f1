// SPDX-License-Identifier: Apache-2.0
// The same for glibc's older tests, whose TEST_FUNCTION has the parentheses.
#define OLD_TEST_SKELETON
#include "glibc_main.h"
