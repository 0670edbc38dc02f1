// SPDX-License-Identifier: Apache-2.0
// The member of an archive that the C program of the matrix uses.
#define _GNU_SOURCE
#include <string.h>

char *text_of_archive(void) { return strdup("a"); }
