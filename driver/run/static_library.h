// SPDX-License-Identifier: Apache-2.0
// How is a static library written? Deterministic members, and the old file is replaced in one step.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Error.h>

#include <string>
#include <utility>

namespace cxx_alloc {

/// Writes the archive `output` with a symbol index. Each member is (name in the archive, path of the file).
/// Timestamps, owners and modes are fixed, so equal members give equal bytes. On an error `output` is as it was.
llvm::Error write_static_library(llvm::StringRef output, llvm::ArrayRef<std::pair<std::string, std::string>> members);

}  // namespace cxx_alloc
