// SPDX-License-Identifier: Apache-2.0
// A temporary folder. By mkdtemp, for LLVM 22's createUniqueDirectory() makes it with the mode that umask leaves.
#include "run/private_folder.h"

#include <cstdlib>

namespace cxx_alloc {

std::string make_private_folder() {
  const char *root = std::getenv("TMPDIR");
  std::string folder = std::string(root && *root ? root : "/tmp") + "/cxx-alloc-XXXXXX";
  return mkdtemp(folder.data()) ? folder : "";
}

}  // namespace cxx_alloc
