// SPDX-License-Identifier: Apache-2.0
// A running process: what is mapped in it, in the order in which its loader looks names up.
#pragma once

#include "audit/report.h"

#include <llvm/Support/Error.h>

namespace cxx_alloc::audit {

/// What the words of a process that was started through its loader preload: ld.so --preload LIST ./program
std::vector<std::string> preloads_of_loader(llvm::ArrayRef<llvm::StringRef> words);

/// Looks at a process. An error names what forbids it.
llvm::Expected<ProcessReport> read_process(unsigned long pid, Store &store);

}  // namespace cxx_alloc::audit
