// SPDX-License-Identifier: Apache-2.0
// Whose definition did the linker choose for a name that we define weakly? A note with two distances for each name: to
// where the name came to lie, and to where ours does. The linker fills them in, and they stay when the program's
// symbols are stripped, or are made local (mold 1.10, in static programs). driver/run/artifact.cc reads them.
#pragma once

#include "include/cxx_alloc/private/note_types.h"

// `name` and `ours` are the linker's names, as strings; `type`, a number of note_types.h,
// tells the malloc family from the operators.
#define CXX_ALLOC_CHOSEN(name, ours) ".long " name " - .\n.long " ours " - .\n"
#define CXX_ALLOC_CHOSEN_TEXT(number) #number
#define CXX_ALLOC_CHOSEN_NOTE(type, names)                                                                             \
  __asm__(".pushsection .note.cxx-alloc-chosen,\"aR\",%note\n"                                                         \
          ".balign 4\n"                                                                                                \
          ".long 17, 2f - 1f, " CXX_ALLOC_CHOSEN_TEXT(type) "\n"                                                       \
                                                            ".asciz \"cxx-alloc-chosen\"\n"                            \
                                                            ".balign 4\n"                                              \
                                                            "1:\n" names "2:\n"                                        \
                                                            ".popsection\n")
