// SPDX-License-Identifier: Apache-2.0
// Where are the runtime objects, and is this one fit to be linked?
#pragma once

#include "words/output_kind.h"
#include "words/targets.h"

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Error.h>

#include <string>

namespace cxx_alloc {

/// The folder that holds <allocator>/<target>/<object>: `override_dir` if it is not empty, else relative to the real
/// path of `self`.
std::string find_runtime_root(llvm::StringRef override_dir, llvm::StringRef self);

/// True when `root` has a folder of `allocator` for `target`. Its objects may still be missing or broken.
bool has_runtime(llvm::StringRef root, llvm::StringRef allocator, llvm::StringRef target);

/// The path of <root>/<allocator>/<target>/<name>. An error when it is missing, truncated or for another machine.
llvm::Expected<std::string> runtime_object(llvm::StringRef root, llvm::StringRef allocator, llvm::StringRef target,
                                           llvm::StringRef name);

}  // namespace cxx_alloc
