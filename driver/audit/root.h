// SPDX-License-Identifier: Apache-2.0
// Paths in a tree that is the root of another machine: an unpacked image, a sysroot, what a process was chrooted to.
#pragma once

#include <llvm/ADT/StringRef.h>

#include <string>

namespace cxx_alloc::audit {

/// Where `path` leads for a process whose root is the folder `root`, as a path without links below that folder:
/// absolute links begin at `root`, and `..` does not leave it. Empty if it leads nowhere. An empty `root` is this
/// machine's.
std::string resolve_in_root(const std::string &root, llvm::StringRef path);

/// The root of a program that lies in `folder` and is loaded by `interpreter`, both absolute: the nearest folder above
/// it that holds this loader; empty for this machine.
std::string root_of_program(llvm::StringRef folder, llvm::StringRef interpreter);

}  // namespace cxx_alloc::audit
