// SPDX-License-Identifier: Apache-2.0
// The modules of a process in the order in which its loader looks names up.
#pragma once

#include "audit/loader.h"

#include <llvm/ADT/STLFunctionalExtras.h>

#include <optional>

namespace cxx_alloc::audit {

/// Puts the mapped files into the order of lookup: the executable, what was preloaded, what these need, and at the end
/// what was loaded later. `mapped` are modules with a path and facts. `file_at` tells which file a path leads to, or
/// null: a library may be asked for by the name of a link.
std::vector<Module> order_modules(Module executable, std::vector<Module> mapped, llvm::ArrayRef<std::string> preloads,
                                  llvm::function_ref<const Facts *(const std::string &)> file_at);

/// Likewise where the order is known: `listed` are as the loader has them, behind the executable, and `others` are
/// mapped without its doing. Nothing if what was preloaded cannot be told from what was loaded later.
std::optional<std::vector<Module>> order_listed(Module executable, std::vector<Module> listed,
                                                std::vector<Module> others,
                                                llvm::function_ref<const Facts *(const std::string &)> file_at);

}  // namespace cxx_alloc::audit
