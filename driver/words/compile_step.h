// SPDX-License-Identifier: Apache-2.0
// Is it plain at a glance that a command links nothing? Most commands of a build say `-c` between words that cannot
// take it for their value. The option table need not be asked then: to look a few options up in it touches a dozen
// pages of our executable, a third of what we cost a compile step.
#pragma once

#include <llvm/ADT/ArrayRef.h>

namespace cxx_alloc {

/// True where `words` (the compiler's, without its name) have a `-c` that no option table would read otherwise, and
/// nothing of ours. False says nothing.
bool plainly_compiles(llvm::ArrayRef<const char *> words);

}  // namespace cxx_alloc
