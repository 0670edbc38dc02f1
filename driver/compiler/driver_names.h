// SPDX-License-Identifier: Apache-2.0
// What the name of a compiler driver tells: that it is one, its family, its target.
#pragma once

#include "words/family.h"

#include <llvm/ADT/StringRef.h>

#include <optional>

namespace cxx_alloc {

/// True for the name of a driver, without its folder: "g++", "aarch64-linux-gnu-gcc-12", "clang++-22", "gfortran".
bool names_a_driver(llvm::StringRef name);

/// The family of a driver, or of a wrapper with a driver's name in its own ("colorgcc"); nothing where the name does
/// not tell, as "c++" does not.
std::optional<Family> family_of_name(llvm::StringRef name);

/// The target that the name of a driver spells ("aarch64-linux-gnu" of aarch64-linux-gnu-g++-12), or "".
llvm::StringRef target_prefix(llvm::StringRef name);

}  // namespace cxx_alloc
