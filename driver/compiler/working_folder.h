// SPDX-License-Identifier: Apache-2.0
// The folder in which the compiler runs, where a launcher changes it: all relative names of its words are meant there.
#pragma once

#include "compiler/environment.h"
#include "descriptor.h"

#include <string>

namespace cxx_alloc {

/// While it lives we are in the folder that was entered.
class WorkingFolder {
public:
  WorkingFolder() = default;
  ~WorkingFolder() { leave(); }
  WorkingFolder(const WorkingFolder &) = delete;
  WorkingFolder &operator=(const WorkingFolder &) = delete;

  /// Enters `folder`, and lets the files that `environment` names for us mean the same there. Where that cannot be done
  /// nothing changes: the launcher will say why.
  void enter(const std::string &folder, Environment &environment);
  void leave();

private:
  Descriptor before_;
};

}  // namespace cxx_alloc
