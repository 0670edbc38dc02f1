// SPDX-License-Identifier: Apache-2.0
// CXX_ALLOC_LOG. A log that cannot be written is worth a warning, and never a failed link.
#include "run/log.h"

#include "descriptor.h"
#include "message.h"
#include "run/explain.h"

#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace cxx_alloc {

void append_to_log(const std::string &file, const Job &job, const Outcome &outcome) {
  std::string line = to_json(job, outcome) + "\n";
  Descriptor log(open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666));
  if (!log || write(log.get(), line.data(), line.size()) != ssize_t(line.size()))
    print_message("warning", "CXX_ALLOC_LOG=" + file + ": cannot be written: " + std::strerror(errno));
}

}  // namespace cxx_alloc
