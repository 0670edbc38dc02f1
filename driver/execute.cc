// SPDX-License-Identifier: Apache-2.0
// The one place that does what a plan says. The compiler replaces us, so its exit status, signals, terminal and
// standard input are its own.
#include "execute.h"

#include "build_static_library.h"
#include "explain.h"
#include "message.h"

#include <llvm/ADT/StringExtras.h>

#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace cxx_alloc {
namespace {

/// A line that no argv can hold came from an `@file`, and goes back into one: without a name, and kept open across
/// exec. The compiler's own words stay in argv.
bool move_words_into_file(Plan &plan, llvm::StringSaver &saver) {
  int file = memfd_create("cxx-alloc response file", 0);
  if (file < 0) return false;
  std::string text;
  for (llvm::StringRef word : llvm::drop_begin(plan.argv, plan.compiler_words)) {
    text += '"';
    for (char c : word) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += "\"\n";
  }
  for (llvm::StringRef rest = text; !rest.empty();) {
    ssize_t size = write(file, rest.data(), rest.size());
    if (size < 0) {
      close(file);
      return false;
    }
    rest = rest.drop_front(size);
  }
  plan.argv.truncate(plan.compiler_words);
  plan.argv.push_back(saver.save("@/proc/self/fd/" + std::to_string(file)).data());
  return true;
}

llvm::Error run_compiler(Plan &plan) {
  auto run = [&] {
    llvm::SmallVector<char *, 64> argv;
    for (const char *word : plan.argv) argv.push_back(const_cast<char *>(word));
    argv.push_back(nullptr);
    execv(plan.file.c_str(), argv.data());
  };
  run();
  llvm::BumpPtrAllocator memory;
  llvm::StringSaver saver(memory);
  if (errno == E2BIG && plan.opened_file && move_words_into_file(plan, saver)) run();
  int failure = errno;
  return make_error(plan.file, std::string("cannot be run: ") + std::strerror(failure),
                    failure == E2BIG ? "put the words into an @file" : "check the file, or set CXX_ALLOC_CXX");
}

}  // namespace

void append_to_log(const std::string &file, const Plan &plan) {
  std::string line = to_json(plan) + "\n";
  int log = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666);
  bool written = log >= 0 && write(log, line.data(), line.size()) == ssize_t(line.size());
  if (!written) print_message("warning", "CXX_ALLOC_LOG=" + file + ": cannot be written: " + std::strerror(errno));
  if (log >= 0) close(log);
}

llvm::Expected<int> execute(Plan &plan, const Environment &environment) {
  if (plan.output != Output::none && !environment.log.empty()) append_to_log(environment.log, plan);
  if (!plan.decision.notice.empty()) print_message("warning", plan.decision.notice);
  if (plan.verbose && plan.output != Output::none) {
    std::string line = verbose_line(plan);
    [[maybe_unused]] ssize_t written = write(STDERR_FILENO, line.data(), line.size());
  }

  // A script that is our compiler and calls us back would go on for ever; see compiler.cc.
  unsigned depth = 0;
  llvm::to_integer(environment.nesting, depth);
  setenv("CXX_ALLOC_NESTING", std::to_string(depth + 1).c_str(), 1);

  if (plan.action == Plan::Action::build_static_library) return build_static_library(plan);
  return run_compiler(plan);
}

}  // namespace cxx_alloc
