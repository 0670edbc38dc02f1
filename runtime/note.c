// SPDX-License-Identifier: Apache-2.0
// An object that holds the note and nothing else: for shared libraries, whose allocator is the process's.
#include "note.h"
