// SPDX-License-Identifier: Apache-2.0
// What a finished executable or shared library tells: whose malloc is in it, whether it exports it, what its sources
// ask for. Read from program headers, the dynamic section and notes; section headers may be gone.
#pragma once

#include "decision/facts.h"

#include <llvm/ADT/ArrayRef.h>

#include <string>
#include <vector>

namespace cxx_alloc {

/// Reads `file`, which was linked with --wrap of the functions `wraps` of malloc's family. What it does not tell is
/// `unknown`, and `is_written` is false where it is no ELF file.
Evidence read_artifact(const std::string &file, llvm::ArrayRef<std::string> wraps = {});

/// The functions that the shared library `file` exports, as in its symbol table.
std::vector<std::string> exported_functions(const std::string &file);

}  // namespace cxx_alloc
