// SPDX-License-Identifier: Apache-2.0
// Whose definition did the linker choose for a name that we define weakly? A note with two distances for each name: to
// where the name came to lie, and to where ours does. The linker fills them in, and they stay when the program's
// symbols are stripped, or are made local (mold 1.10, in static programs). driver/run/artifact.cc reads them.
#pragma once

#include "include/cxx_alloc/private/note_types.h"

// `name` and `ours` are the linker's names, as strings; `type`, a number of note_types.h, tells malloc's family from
// the operators. Each part is a statement of its own and names its section, for the family's list is a file that is
// included.
#define CXX_ALLOC_CHOSEN_PART(text) __asm__(".pushsection .note.cxx-alloc-chosen,\"aR\",%note\n" text ".popsection\n");
#define CXX_ALLOC_CHOSEN_TEXT(number) #number
#define CXX_ALLOC_CHOSEN_BEGIN(type)                                                                                   \
  CXX_ALLOC_CHOSEN_PART(                                                                                               \
      ".balign 4\n"                                                                                                    \
      ".long 17, .Lchosen_end - .Lchosen_begin, " CXX_ALLOC_CHOSEN_TEXT(type) "\n"                                     \
                                                                              ".asciz \"cxx-alloc-chosen\"\n"          \
                                                                              ".balign 4\n"                            \
                                                                              ".Lchosen_begin:\n")
#define CXX_ALLOC_CHOSEN(name, ours) CXX_ALLOC_CHOSEN_PART(".long " name " - .\n.long " ours " - .\n")
#define CXX_ALLOC_CHOSEN_END CXX_ALLOC_CHOSEN_PART(".Lchosen_end:\n")
