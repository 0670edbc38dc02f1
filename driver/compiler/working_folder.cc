// SPDX-License-Identifier: Apache-2.0
// The folder in which the compiler runs.
#include "compiler/working_folder.h"

#include "paths.h"

#include <fcntl.h>
#include <unistd.h>

namespace cxx_alloc {

void WorkingFolder::enter(const std::string &folder, Environment &environment) {
  Descriptor before(open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  Environment there = environment;
  for (std::string *file : {&there.runtime_dir, &there.log})
    if (!file->empty()) *file = absolute_path(*file);
  if (!before || chdir(folder.c_str()) != 0) return;
  before_ = std::move(before);
  environment = std::move(there);
}

void WorkingFolder::leave() {
  if (!before_) return;
  [[maybe_unused]] int failed = fchdir(before_.get());
  before_.reset();
}

}  // namespace cxx_alloc
