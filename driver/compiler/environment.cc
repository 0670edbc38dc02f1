// SPDX-License-Identifier: Apache-2.0
// The environment variables that one run depends on, and the one that we set for those we run.
#include "compiler/environment.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>

#include <cstdlib>

namespace cxx_alloc {

static constexpr char nesting_name[] = "CXX_ALLOC_NESTING";

Environment Environment::of_process() {
  auto read = [](const char *name) {
    const char *value = std::getenv(name);
    return std::string(value ? value : "");
  };
  return {.allocator = read("CXX_ALLOC"),
          .cxx = read("CXX_ALLOC_CXX"),
          .cc = read("CXX_ALLOC_CC"),
          .path = read("PATH"),
          .runtime_dir = read("CXX_ALLOC_RUNTIME_DIR"),
          .log = read("CXX_ALLOC_LOG"),
          .nesting = read(nesting_name),
          .library_path = read("LIBRARY_PATH"),
          .overrides_options = std::getenv("CCC_OVERRIDE_OPTIONS") != nullptr};
}

unsigned Environment::depth() const {
  llvm::StringRef digits = nesting;
  if (digits.empty()) return 0;
  digits.consume_back("?");
  unsigned depth = 0;
  return llvm::to_integer(digits, depth, 10) ? depth : deepest_nesting;
}

void enter_nesting(const Environment &environment) {
  std::string depth = std::to_string(environment.depth() + 1);
  setenv(nesting_name, (environment.is_question() ? depth + "?" : depth).c_str(), 1);
}

Asking::Asking() {
  const char *value = std::getenv(nesting_name);
  before_ = value ? value : "";
  setenv(nesting_name, ((before_.empty() ? "1" : before_) + "?").c_str(), 1);
}

Asking::~Asking() {
  if (before_.empty())
    unsetenv(nesting_name);
  else
    setenv(nesting_name, before_.c_str(), 1);
}

}  // namespace cxx_alloc
