// SPDX-License-Identifier: Apache-2.0
// What has become of a link, said once it is known.
#pragma once

#include "compiler/environment.h"
#include "run/outcome.h"

namespace cxx_alloc {

/// To the log, and to the user where he asked with -v or something that was decided did not happen.
void report(const Job &job, const Outcome &outcome, const Environment &environment);

}  // namespace cxx_alloc
