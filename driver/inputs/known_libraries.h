// SPDX-License-Identifier: Apache-2.0
// Is this library an allocator?
#pragma once

#include "inputs/scan.h"

namespace cxx_alloc {

/// True when `input` names a known allocator library, by -l, -l: or path, in whatever version. Where the file can be
/// read, it must really define malloc: a libjemalloc built with a prefix does not replace anything.
bool is_allocator_library(const LinkInput &input, const LibrarySearch &search);

}  // namespace cxx_alloc
