// SPDX-License-Identifier: Apache-2.0
// For which machine and libc is a file?
#pragma once

#include "audit/facts.h"

namespace cxx_alloc::audit {

/// Debian's name of the target, as x86_64-linux-gnu, by the machine, and by the interpreter or the libc that is needed.
std::string target_of(const Facts &facts);

/// Debian's name of the folders of libraries for the machine: x86_64-linux-gnu, whatever the libc.
std::string multiarch_of(const Facts &facts);

}  // namespace cxx_alloc::audit
