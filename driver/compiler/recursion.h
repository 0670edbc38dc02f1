// SPDX-License-Identifier: Apache-2.0
// The error for a compiler that is one of us again. It passes from a compiler that we ask to us, who know it by its
// words.
#pragma once

#include "message.h"

namespace cxx_alloc {

inline constexpr llvm::StringLiteral recursive_invocation = "recursive invocation of cxx-alloc";

inline llvm::Error recursion(const llvm::Twine &subject) {
  return make_error(subject, recursive_invocation, "set CXX_ALLOC_CXX and CXX_ALLOC_CC to the real compilers");
}

}  // namespace cxx_alloc
