// SPDX-License-Identifier: Apache-2.0
// CXX_ALLOC_LOG: a line for each link, when it is known what was made.
#pragma once

#include "run/outcome.h"

#include <string>

namespace cxx_alloc {

/// Appends one JSON line to `file`. Concurrent links of a parallel build do not cut into each other's lines.
void append_to_log(const std::string &file, const Job &job, const Outcome &outcome);

}  // namespace cxx_alloc
