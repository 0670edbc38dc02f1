// SPDX-License-Identifier: Apache-2.0
// Can a link be made a second time? A pipe, standard input above all, gives its bytes once.
#pragma once

#include <llvm/ADT/ArrayRef.h>

#include <string>

namespace cxx_alloc {

/// Keeps the bytes of the pipes that `words` name by their descriptor, /dev/fd/63 or --version-script=/dev/fd/63, so
/// that the compiler and the linker read them as often as they are run.
void keep_pipes(llvm::ArrayRef<const char *> words);

/// The same for standard input where it is one of the `sources`, as "-". False when one of them cannot be kept: a named
/// pipe, a device.
bool keep_sources(llvm::ArrayRef<std::string> sources);

/// Puts standard input back to where it was found.
void rewind_standard_input();

}  // namespace cxx_alloc
