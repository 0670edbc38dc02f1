// SPDX-License-Identifier: Apache-2.0
// `cxx-alloc --allocator-compare LOG PROGRAM -- WORDS…`: which allocator is best for this program?
#pragma once

#include "words/own_options.h"

namespace cxx_alloc::compare {

/// Compares what `words` name: LOG PROGRAM [-- WORDS…]. `runtime_root` holds the runtime objects, and `self` is our own
/// executable, which links.
llvm::Expected<int> run(OwnOptions::Compare form, llvm::ArrayRef<const char *> words, llvm::StringRef runtime_root,
                        const std::string &self);

}  // namespace cxx_alloc::compare
