// SPDX-License-Identifier: Apache-2.0
// The comparison for people: a table. And for programs: one object (docs/compare.md).
#pragma once

#include "compare/statistics.h"

#include <string>

namespace cxx_alloc::compare {

/// One allocator, compared.
struct Row {
  std::string name, version;  ///< the version is empty for the system's
  Figures figures;
  size_t place = 0;
};

/// `rows` are in order.
std::string to_text(llvm::ArrayRef<Row> rows, size_t turns);
std::string to_json(llvm::ArrayRef<Row> rows, llvm::StringRef program, size_t turns);

}  // namespace cxx_alloc::compare
