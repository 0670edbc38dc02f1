// SPDX-License-Identifier: Apache-2.0
// How an outcome is told to people and programs. The text may change; the JSON is a contract (docs/json.md).
#pragma once

#include "run/outcome.h"

#include <string>

namespace cxx_alloc {

/// One JSON object without a line end, schema 1.
std::string to_json(const Job &job, const Outcome &outcome);

/// The same for people, several lines.
std::string to_text(const Job &job, const Outcome &outcome);

/// The line that -v adds: "cxx-alloc: executable: jemalloc 5.3.1". CMake, libtool and Bazel scrape the
/// output of -v for link lines, so it holds neither a path nor an option.
std::string verbose_line(const Outcome &outcome);

/// Our part of --help, at most 12 lines.
std::string help_text();

/// --allocator-help.
std::string full_help_text();

/// --allocator-version.
std::string version_text(llvm::StringRef runtime_root);

}  // namespace cxx_alloc
