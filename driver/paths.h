// SPDX-License-Identifier: Apache-2.0
// Parts of a path's last component. LLVM's sys::path walks a path by components, back from its end; a large link has
// ten thousand inputs, and each is asked several times (a tenth of the instructions of a decision).
#pragma once

#include <llvm/ADT/StringRef.h>

namespace cxx_alloc {

/// "b.cc" of "a/b.cc".
inline llvm::StringRef file_name(llvm::StringRef path) { return path.drop_front(path.rfind('/') + 1); }

/// ".cc" of "a/b.cc"; "" of "a.d/b".
inline llvm::StringRef extension(llvm::StringRef path) {
  llvm::StringRef name = file_name(path);
  size_t dot = name.rfind('.');
  return dot == llvm::StringRef::npos ? "" : name.drop_front(dot);
}

}  // namespace cxx_alloc
