// SPDX-License-Identifier: Apache-2.0
// What the loader of a running process has loaded: the list that it keeps for debuggers, in the order in which it looks
// names up.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/STLFunctionalExtras.h>

#include <cstdint>
#include <vector>

namespace cxx_alloc::audit {

/// Fills the bytes from an address of the process; false if they cannot be read.
using ReadMemory = llvm::function_ref<bool(std::uint64_t address, llvm::MutableArrayRef<char> bytes)>;

/// The addresses of the dynamic sections of all that is loaded; the first is that of the executable, the beginning of
/// which is mapped at `base`. Empty where there is no such list, or where it is no whole one: the loader may be at
/// work.
std::vector<std::uint64_t> read_link_map(std::uint64_t base, ReadMemory read);

}  // namespace cxx_alloc::audit
