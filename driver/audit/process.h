// SPDX-License-Identifier: Apache-2.0
// A running process: what is mapped in it, in the order in which its loader looks names up.
#pragma once

#include "audit/report.h"

#include <llvm/Support/Error.h>

namespace cxx_alloc::audit {

/// A file that is mapped as code. The text is a line of /proc/PID/maps.
struct Mapping {
  std::string path;
  std::string range;        ///< "7f0-7f8", its name in /proc/PID/map_files
  bool is_deleted = false;  ///< or its name ends so
  std::uint64_t device = 0, inode = 0;
};

/// The files that are mapped as code, each once, in the order of the text.
std::vector<Mapping> parse_maps(llvm::StringRef text);

/// What the words of a process that was started through its loader preload: ld.so --preload LIST ./program
std::vector<std::string> preloads_of_loader(llvm::ArrayRef<llvm::StringRef> words);

/// Puts the mapped files into the order of lookup: the executable, what was preloaded, what these need, and at the end
/// what was loaded later. `mapped` are modules with a path and facts. `file_at` tells which file a path leads to, or
/// null: a library may be asked for by the name of a link.
std::vector<Module> order_modules(Module executable, std::vector<Module> mapped, llvm::ArrayRef<std::string> preloads,
                                  llvm::function_ref<const Facts *(const std::string &)> file_at);

/// Looks at a process. An error names what forbids it.
llvm::Expected<ProcessReport> read_process(unsigned long pid, Store &store);

}  // namespace cxx_alloc::audit
