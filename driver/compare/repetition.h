// SPDX-License-Identifier: Apache-2.0
// The words of a link that is made again, beside the files of the first one.
#pragma once

#include "compare/record.h"

namespace cxx_alloc::compare {

/// The words behind the compiler, as in `record`, and those that keep every file that is written in `folder`, the
/// program as `folder`/NAME. An error says why that cannot be, or what the link lacks by now. `program` is what the
/// user calls it.
llvm::Expected<std::vector<std::string>> repeat_link(const Record &record, llvm::StringRef program,
                                                     llvm::StringRef folder);

}  // namespace cxx_alloc::compare
