// SPDX-License-Identifier: Apache-2.0
// The one place that does what a plan says. As a rule the compiler replaces us, so its exit status, signals, terminal
// and standard input are its own; we stay only where the finished executable must be read.
#include "execute.h"

#include "build_static_library.h"
#include "explain.h"
#include "message.h"
#include "run.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>

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
  for (llvm::StringRef word : plan.user_words) {
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
  plan.user_words = {saver.save("@/proc/self/fd/" + std::to_string(file)).data()};
  return true;
}

/// Replaces this process by the compiler; comes back with an error only.
llvm::Error become_compiler(Plan &plan, llvm::StringSaver &saver) {
  auto run = [&] {
    llvm::SmallVector<char *, 64> argv;
    for (const char *word : command(plan)) argv.push_back(const_cast<char *>(word));
    argv.push_back(nullptr);
    execv(plan.file.c_str(), argv.data());
  };
  run();
  if (errno == E2BIG && plan.opened_file && move_words_into_file(plan, saver)) run();
  int failure = errno;
  return make_error(plan.file, std::string("cannot be run: ") + std::strerror(failure),
                    failure == E2BIG ? "put the words into an @file" : "check the file, or set CXX_ALLOC_CXX");
}

void print_verbose_line(const Plan &plan) {
  if (!plan.line.verbose || plan.line.dry_run || plan.output == Output::none) return;
  std::string line = verbose_line(plan);
  [[maybe_unused]] ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

/// Says what has become of the link: to the log, and to the user where something did not happen.
void report(const Plan &plan, const Environment &environment) {
  if (plan.output == Output::none) return;
  if (!environment.log.empty()) append_to_log(environment.log, plan);
  if (!plan.decision.notice.empty()) print_message("warning", plan.decision.notice);
}

llvm::Expected<int> run_and_verify(Plan &plan, const Environment &environment, llvm::StringSaver &saver) {
  std::string output = plan.line.output.empty() ? "a.out" : plan.line.output;
  auto ending = run_and_wait(plan.file, command(plan));
  if (!ending) return ending.takeError();
  if (!ending->success()) end_like(*ending);

  Finding finding = examine_executable(output, plan.with_operators);
  if (finding == Finding::sound) {
    report(plan, environment);
    return 0;
  }
  // A mixed or half-exported program corrupts memory without a word: it must not stay, whatever comes next.
  llvm::sys::fs::remove(output);
  auto again = plan_again(plan, finding, saver);
  if (!again) return again.takeError();
  report(*again, environment);
  return become_compiler(*again, saver);
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
  llvm::BumpPtrAllocator memory;
  llvm::StringSaver saver(memory);
  // A script that is our compiler and calls us back would go on for ever; see compiler.cc.
  unsigned depth = 0;
  llvm::to_integer(environment.nesting, depth);
  setenv("CXX_ALLOC_NESTING", std::to_string(depth + 1).c_str(), 1);

  print_verbose_line(plan);
  if (plan.action == Plan::Action::run_and_verify) return run_and_verify(plan, environment, saver);
  report(plan, environment);
  if (plan.action == Plan::Action::build_static_library) return build_static_library(plan);
  return become_compiler(plan, saver);
}

}  // namespace cxx_alloc
