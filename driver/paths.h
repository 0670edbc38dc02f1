// SPDX-License-Identifier: Apache-2.0
// Parts of a path's last component. LLVM's sys::path walks a path by components, back from its end; a large link has
// ten thousand inputs, and each is asked several times (a tenth of the instructions of a decision).
#pragma once

#include <llvm/ADT/StringRef.h>

#include <string>
#include <unistd.h>

namespace cxx_alloc {

/// "b.cc" of "a/b.cc".
inline llvm::StringRef file_name(llvm::StringRef path) { return path.drop_front(path.rfind('/') + 1); }

/// ".cc" of "a/b.cc"; "" of "a.d/b".
inline llvm::StringRef extension(llvm::StringRef path) {
  llvm::StringRef name = file_name(path);
  size_t dot = name.rfind('.');
  return dot == llvm::StringRef::npos ? "" : name.drop_front(dot);
}

/// `path`, with the current folder in front where it is relative; unchanged where that one is not known.
inline std::string absolute_path(const std::string &path) {
  char here[4096];
  if (path.starts_with("/") || !getcwd(here, sizeof here)) return path;
  return std::string(here) + "/" + path;
}

}  // namespace cxx_alloc
