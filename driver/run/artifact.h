// SPDX-License-Identifier: Apache-2.0
// What a finished executable or shared library tells: whose malloc is in it, whether it exports it, what its sources ask
// for. Read from program headers, the dynamic section and notes; section headers may be gone.
#pragma once

#include "decision/facts.h"

#include <llvm/ADT/StringRef.h>

#include <string>
#include <vector>

namespace cxx_alloc {

/// Reads `file`. What it does not tell is `unknown`, and `is_written` is false where it is no ELF file.
Evidence read_artifact(llvm::StringRef file);

/// The same of `bytes`, a whole file.
Evidence read_artifact_bytes(llvm::StringRef bytes);

/// The functions that the shared library `file` exports, as in its symbol table.
std::vector<std::string> exported_functions(llvm::StringRef file);

}  // namespace cxx_alloc
