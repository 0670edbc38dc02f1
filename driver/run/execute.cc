// SPDX-License-Identifier: Apache-2.0
// The one place that does what a plan says. As a rule the compiler replaces us, so its exit status, signals, terminal
// and standard input are its own. We stay only where our malloc goes in: to explain a link that fails, and to read the
// executable where its inputs did not tell enough.
#include "run/execute.h"

#include "words/allocators.h"
#include "run/boundary.h"
#include "run/build_static_library.h"
#include "run/explain.h"
#include "message.h"
#include "run/replay.h"
#include "run/process.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>

#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <unistd.h>

namespace cxx_alloc {
namespace {

/// A line that execve would refuse (E2BIG: 128 KiB a word, 2 MiB in all as a rule) came from an `@file`, and goes back
/// into one: without a name, and kept open across exec. The compiler's own words stay in argv.
void move_words_into_file(Plan &plan, llvm::StringSaver &saver) {
  constexpr size_t enough = 100 * 1024;
  size_t size = 0;
  for (llvm::StringRef word : plan.user_words) size += word.size() + 1;
  if (!plan.opened_file || size < enough) return;

  int file = memfd_create("cxx-alloc response file", 0);
  if (file < 0) return;  // execve will say what is wrong
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
    ssize_t written = write(file, rest.data(), rest.size());
    if (written < 0) {
      close(file);
      return;
    }
    rest = rest.drop_front(written);
  }
  plan.user_words = {saver.save("@/proc/self/fd/" + std::to_string(file)).data()};
}

/// Replaces this process by the compiler; comes back with an error only.
llvm::Error become_compiler(const Plan &plan) {
  llvm::SmallVector<char *, 64> argv;
  for (const char *word : command(plan)) argv.push_back(const_cast<char *>(word));
  argv.push_back(nullptr);
  execv(plan.file.c_str(), argv.data());
  return cannot_run(plan.file, errno);
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

/// Tells whether a file was opened since, by whomever.
class OpenWatch {
public:
  explicit OpenWatch(const std::string &file) : queue_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    // Once: closing a queue that still watches takes the kernel (6.18) up to 15 ms, and one whose watch is over 0.03.
    if (queue_ >= 0) inotify_add_watch(queue_, file.c_str(), IN_OPEN | IN_ONESHOT);
  }
  ~OpenWatch() {
    if (queue_ >= 0) close(queue_);
  }
  bool was_opened() const {
    alignas(inotify_event) char events[4096];
    return queue_ >= 0 && read(queue_, events, sizeof events) > 0;
  }

private:
  int queue_;
};

/// Whether `plan` fails before anything is linked: a word the driver does not know, a source that does not compile.
/// Asked of the compiler, without our words: -### for objects alone, a look at the syntax where there are sources.
bool fails_before_link(const Plan &plan) {
  if (llvm::is_contained(plan.line.sources, "-")) return true;  // already read
  Words words = plan.compiler_words;
  words.push_back(plan.line.has_sources ? "-fsyntax-only" : "-###");
  words.append(plan.user_words);
  auto ending = run_and_wait(plan.file, words, /*silently=*/true);
  if (ending) return !ending->success();
  llvm::consumeError(ending.takeError());
  return true;
}

/// After a failure: what of ours was in the link, and how to do without it. The compiler's status does not tell what
/// failed. That nobody opened our object does; that somebody did may be another link's doing.
void explain_failure(const Plan &plan, const OpenWatch &watch) {
  if (!watch.was_opened() || fails_before_link(plan)) return;
  print_message("note", "the link that failed had " + name_and_version(plan.decision.allocator) + " in it (" +
                            plan.provider + "); --allocator=system leaves it out");
}

/// A guest's memory is its own. What is passed across all the same cannot be seen by a compiler.
void warn_of_boundary(const Plan &plan, const std::string &output) {
  if (!plan.brings_allocator || plan.output != Output::shared_library || plan.line.no_warnings) return;
  Boundary boundary = examine_boundary(output);
  if (boundary.count == 0) return;
  std::string functions = boundary.count == 1 ? "1 exported function takes" : std::to_string(boundary.count) + " exported functions take";
  print_message("warning", output + ": " + functions + " memory across the boundary of a library with a jemalloc of its own, such as " +
                               boundary.first + "; safe only in a process that has chosen an allocator (-w silences this)");
}

/// What is to be linked in the place of the artifact that `plan` has made, or nothing when that one may stay.
llvm::Expected<std::optional<Plan>> find_fault(Plan &plan, const std::string &output, llvm::StringSaver &saver) {
  if (plan.may_ask) {
    Plan heeding = plan;
    auto changed = heed_requests(heeding, read_requests(output), saver);
    if (!changed) return changed.takeError();
    if (*changed) return std::move(heeding);
    plan.decision = std::move(heeding.decision);
  }
  Finding finding = plan.is_uncertain ? examine_executable(output, plan.with_operators) : Finding::sound;
  if (finding == Finding::sound) return std::nullopt;
  auto again = plan_again(plan, finding, saver);
  if (!again) return again.takeError();
  return std::move(*again);
}

llvm::Expected<int> run_and_watch(Plan plan, const Environment &environment, llvm::StringSaver &saver) {
  std::string output = plan.line.output.empty() ? "a.out" : plan.line.output;
  bool can_link_again = (!plan.is_uncertain && !plan.may_ask) || keep_sources(plan.line.sources);
  while (plan.action == Plan::Action::run_and_watch) {
    OpenWatch watch(plan.provider);
    auto ending = run_and_wait(plan.file, command(plan));
    if (!ending) return ending.takeError();
    if (!ending->success()) {
      if (plan.brings_allocator && !ending->signal && inputs_exist(plan.link, plan.line, plan.expanded))
        explain_failure(plan, watch);
      end_like(*ending);
    }
    auto instead = find_fault(plan, output, saver);
    if (instead && !*instead) {
      report(plan, environment);
      warn_of_boundary(plan, output);
      return 0;
    }
    // A mixed or half-exported program corrupts memory without a word: it must not stay, whatever comes next.
    llvm::sys::fs::remove(output);
    if (!instead) return instead.takeError();
    if (!can_link_again)
      return make_error(output, "its source has a say in its allocator, and cannot be read a second time",
                        "pass --allocator=system");
    rewind_standard_input();
    plan = std::move(**instead);
  }
  report(plan, environment);
  return become_compiler(plan);
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

  // clang 22 says one line more about a missing file when it is the only input, and ours would be another.
  if (!plan.link.files_exist && plan.action != Plan::Action::build_static_library) {
    plan.our_words.clear();
    return become_compiler(plan);
  }
  print_verbose_line(plan);
  move_words_into_file(plan, saver);
  if (plan.action == Plan::Action::run_and_watch) return run_and_watch(std::move(plan), environment, saver);
  report(plan, environment);
  if (plan.action == Plan::Action::build_static_library) return build_static_library(std::move(plan));
  return become_compiler(plan);
}

}  // namespace cxx_alloc
