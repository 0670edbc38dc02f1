// SPDX-License-Identifier: Apache-2.0
// The families of compilers.
#pragma once

namespace cxx_alloc {

/// g++ and clang++ read the same words differently: `-shared -pie` is an executable for one, a library for the other.
enum class Family { gnu, clang };

}  // namespace cxx_alloc
