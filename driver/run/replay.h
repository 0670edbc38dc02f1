// SPDX-License-Identifier: Apache-2.0
// Can a source be compiled a second time? A pipe, standard input above all, gives its bytes once.
#pragma once

#include <llvm/ADT/ArrayRef.h>

#include <string>

namespace cxx_alloc {

/// Keeps the bytes of those `sources` ("-" is standard input) that are pipes given as descriptors, so that the compiler
/// reads them as often as it is run. False when one cannot be kept: a named pipe, a device.
bool keep_sources(llvm::ArrayRef<std::string> sources);

/// Puts standard input back to where `keep_sources` found it.
void rewind_standard_input();

}  // namespace cxx_alloc
