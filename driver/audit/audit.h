// SPDX-License-Identifier: Apache-2.0
// `cxx-alloc --allocator-audit PATH… | PID…`: who allocates in what is there?
#pragma once

#include "words/own_options.h"

namespace cxx_alloc::audit {

/// Runs the audit that the options ask for on `words`. The exit status: 0 fine, 1 faults or an allocator that was not
/// expected, 2 something could not be read.
int run(const OwnOptions &options, llvm::ArrayRef<const char *> words, llvm::StringRef library_path);

}  // namespace cxx_alloc::audit
