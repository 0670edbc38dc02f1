// SPDX-License-Identifier: Apache-2.0
// Whether a libc is glibc, for which the runtime objects are built.
#pragma once

#include <string>

namespace cxx_alloc {

/// What to call the libc in `file` ("musl", "dietlibc", or its path); empty for glibc, and for what cannot be told.
std::string name_foreign_libc(const std::string &file);

}  // namespace cxx_alloc
