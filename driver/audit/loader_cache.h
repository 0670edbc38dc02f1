// SPDX-License-Identifier: Apache-2.0
// /etc/ld.so.cache: where ldconfig found each library.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/ADT/StringRef.h>

#include <string>
#include <vector>

namespace cxx_alloc::audit {

class LoaderCache {
public:
  /// Reads `bytes`; what is not a cache has no libraries.
  static LoaderCache parse(llvm::StringRef bytes);
  static LoaderCache read(const std::string &path);

  /// The paths of the library `name`, best first, for whichever machines there are.
  llvm::ArrayRef<std::string> find(llvm::StringRef name) const;
  bool empty() const { return paths_.empty(); }

private:
  llvm::StringMap<std::vector<std::string>> paths_;
};

}  // namespace cxx_alloc::audit
