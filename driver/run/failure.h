// SPDX-License-Identifier: Apache-2.0
// A link that failed with something of ours in it.
#pragma once

#include "descriptor.h"
#include "run/outcome.h"

#include <string>

namespace cxx_alloc {

/// Tells whether a file was opened since, by whomever. If nobody opened our object, the linker never ran.
class OpenWatch {
public:
  explicit OpenWatch(const std::string &file);
  bool was_opened() const;

private:
  Descriptor queue_;
};

/// Says how to do without our object, where the link succeeds without it.
void explain_failure(const Job &job, const Outcome &outcome);

}  // namespace cxx_alloc
