// SPDX-License-Identifier: Apache-2.0
// Which word of a command is the compiler driver? Launchers may stand in front of it, and words of its own behind it.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/ADT/StringRef.h>

#include <cstddef>

namespace cxx_alloc {

struct DriverWord {
  size_t index = 0;        ///< of the driver among the words
  bool is_certain = true;  ///< false behind a launcher that we do not know: it may change the driver's words
};

/// Finds the driver among `words`, at least one: "ccache g++ -m32", "env A=B clang++". `is_program` tells whether a
/// word could be run.
DriverWord find_driver(llvm::ArrayRef<const char *> words, llvm::function_ref<bool(llvm::StringRef)> is_program);

/// True for the name of a driver, without its folder: "g++", "aarch64-linux-gnu-gcc-12", "clang++-22", "gfortran".
bool names_a_driver(llvm::StringRef name);

/// The target that the name of a driver spells ("aarch64-linux-gnu" of aarch64-linux-gnu-g++-12), or "".
llvm::StringRef target_prefix(llvm::StringRef name);

}  // namespace cxx_alloc
