// SPDX-License-Identifier: Apache-2.0
// Runtime objects of ours that are on the link line already: a wrapper around us, or under us, has put them there.
#pragma once

#include "words/link_input.h"

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringRef.h>

#include <string>

namespace cxx_alloc {

/// The first of `inputs` that is a runtime object of ours, or empty.
std::string injected_before(llvm::ArrayRef<LinkInput> inputs);

/// True when `path` is a runtime object of some installation of cxx-alloc: <allocator>/<target>/<name>.
bool is_runtime_object(llvm::StringRef path);

}  // namespace cxx_alloc
