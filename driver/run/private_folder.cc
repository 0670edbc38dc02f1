// SPDX-License-Identifier: Apache-2.0
// A temporary folder. By mkdtemp, for LLVM 22's createUniqueDirectory() makes it with the mode that umask leaves.
#include "run/private_folder.h"

#include <llvm/Support/FileSystem.h>

#include <cstdlib>

namespace cxx_alloc {

PrivateFolder::PrivateFolder() {
  const char *root = std::getenv("TMPDIR");
  std::string folder = std::string(root && *root ? root : "/tmp") + "/cxx-alloc-XXXXXX";
  if (mkdtemp(folder.data())) path_ = std::move(folder);
}

// What somebody else makes in it meanwhile stays, and nothing can be done about that.
void PrivateFolder::remove() const {
  if (!path_.empty()) [[maybe_unused]]
    auto error = llvm::sys::fs::remove_directories(path_);
}

}  // namespace cxx_alloc
