// SPDX-License-Identifier: Apache-2.0
// A temporary folder that nobody else can look into.
#pragma once

#include <string>

namespace cxx_alloc {

/// Makes one under TMPDIR, with an unpredictable name and mode 0700. Empty where it cannot be made; errno tells why.
std::string make_private_folder();

}  // namespace cxx_alloc
