// SPDX-License-Identifier: Apache-2.0
// The one place that does what was decided. Where nothing of ours is linked and nobody wants to hear of it, the
// compiler replaces us, so its exit status, signals, terminal and standard input are its own. Else we stay, for the
// loop of rounds.h.
#include "run/execute.h"

#include "decision/gather.h"
#include "descriptor.h"
#include "message.h"
#include "run/artifact.h"
#include "run/boundary.h"
#include "run/build_static_library.h"
#include "run/failure.h"
#include "run/output_file.h"
#include "run/process.h"
#include "run/replay.h"
#include "run/report.h"
#include "run/response_file.h"
#include "run/rounds.h"

#include <llvm/Support/raw_ostream.h>

#include <sys/mman.h>
#include <unistd.h>

namespace cxx_alloc {
namespace {

llvm::Error exec(const Job &job, const Words &words) {
  llvm::SmallVector<char *, 64> argv;
  for (const char *word : words) argv.push_back(const_cast<char *>(word));
  argv.push_back(nullptr);
  give_signals_back();
  execv(job.compiler.file.c_str(), argv.data());
  return cannot_run(job.compiler.file, errno);
}

/// What a file of ours holds; nothing where it is -1.
std::string contents(int file) {
  std::string text;
  char block[4096];
  for (ssize_t size; (size = pread(file, block, sizeof block, off_t(text.size()))) > 0;)
    text.append(block, size_t(size));
  return text;
}

/// A compiler speaks of the bodies that LTO gets to see: by the names of their sources, as allocators/inlined.py has
/// them (-Wodr, -Wlto-type-mismatch), or of the user's words for the assembler, which GCC 12 drops where an object does
/// not have the same.
bool speaks_of_bodies(llvm::StringRef said) {
  return said.contains("/cxx-alloc-lto/") || said.contains("lto-wrapper: warning: Extra option");
}

/// One link, from the first run to what is said of it.
class Link final : LinkWorld {
public:
  Link(const Job &job, const Environment &environment, llvm::StringSaver &saver)
      : job_(job), environment_(environment), saver_(saver), untouched_(artifact()), output_(artifact()) {}

  llvm::Expected<int> link(Outcome outcome) {
    keep_pipes(job_.expanded);
    can_run_again_ = keep_sources(job_.line.sources);
    auto is_done = let_the_compiler_speak_first(outcome);
    if (!is_done) return is_done.takeError();
    if (*is_done) return 0;
    hold_signals();  // what a round has made may be a program of two heaps, which must not stay
    auto settled = link_until_settled(job_, std::move(outcome), *this, saver_);
    release_signals();
    if (!settled) return settled.takeError();
    if (warn_if_nowhere()) settled->is_verified = settled->link.is_certain = false;
    report(job_, *settled, environment_);
    warn_of_boundary(*settled);
    return 0;
  }

private:
  /// A file that is not there is the compiler's to speak of, and clang 22 says more of it when it is the only input. If
  /// it makes something all the same, that gets what was decided; true where there is nothing more to do.
  llvm::Expected<bool> let_the_compiler_speak_first(const Outcome &outcome) {
    if (outcome.link.has_inputs || !can_run_again_) return false;
    OutputFile output(artifact());
    Words bare = job_.compiler.words;
    bare.append(job_.user_words);
    auto ending = run_and_wait(job_.compiler.file, bare);
    if (!ending) return ending.takeError();
    if (!ending->success()) end_like(*ending);
    rewind_standard_input();
    if (output.was_written()) return false;
    warn_if_nowhere();
    return true;
  }

  /// A launcher, or what it runs, has succeeded and the output is nowhere: a script that changes the folder does that.
  /// What it makes elsewhere cannot be judged, and somebody should know. True where that was said.
  bool warn_if_nowhere() const {
    if (job_.compiler.words.size() < 2 || access(artifact().c_str(), F_OK) == 0) return false;
    print_message("warning", artifact() + ": not there after the link, so its allocator was not verified; " +
                                 job_.compiler.words.front() + " may have run in another folder");
    return true;
  }

  /// Ends as the compiler ends where it fails.
  llvm::Expected<bool> run(const Outcome &outcome, int round) override {
    output_ = OutputFile(artifact());
    OpenWatch watch(outcome.words.object);
    bool may_do_without = outcome.decision.inlining.happens() && can_run_again_;
    // What is said of one program is said once: of a second link only where it fails. What the bodies for LTO are the
    // reason of is not said; but compilers ask whether they write to a terminal.
    bool holds = has_spoken_ || (may_do_without && !isatty(STDERR_FILENO));
    Descriptor held(holds ? memfd_create("stderr", MFD_CLOEXEC) : -1);
    auto ending = run_and_wait(job_.compiler.file, command(job_, outcome), {.errors = held.get()});
    if (!ending) return ending.takeError();
    bool has_read_ours = watch.was_opened();
    std::string said = contents(held.get());
    if (may_do_without && !ending->signal && (ending->success() ? speaks_of_bodies(said) : has_read_ours)) {
      has_spoken_ |= !holds;
      return false;
    }
    if (!ending->success() || !has_spoken_) llvm::errs() << said;
    has_spoken_ = true;
    if (ending->success()) return true;
    if (outcome.words.brings_allocator && !ending->signal && has_read_ours) explain_failure(job_, outcome);
    if (round > 1 || ending->signal) discard();
    end_like(*ending);
  }

  Evidence look(const Outcome &outcome) override {
    return output_.was_written() ? read_artifact(artifact(), outcome.link.facts.wraps) : Evidence{};
  }

  bool can_run_again() const override { return can_run_again_; }

  void prepare_another() override {
    output_.empty();
    rewind_standard_input();
  }

  void discard() override { untouched_.discard(); }

  std::string artifact() const override { return artifact_of(job_.line); }

  /// A guest's memory is its own. What is passed across all the same cannot be seen by a compiler.
  void warn_of_boundary(const Outcome &outcome) const {
    if (!outcome.words.brings_allocator || outcome.link.facts.output != Output::shared_library || job_.line.no_warnings)
      return;
    Boundary boundary = examine_boundary(artifact());
    if (boundary.count == 0) return;
    std::string functions =
        boundary.count == 1 ? "1 exported function takes" : std::to_string(boundary.count) + " exported functions take";
    print_message("warning", artifact() + ": " + functions +
                                 " memory across the boundary of a library with an allocator of its own, such as " +
                                 boundary.first +
                                 "; safe only in a process that has chosen an allocator (-w silences this)");
  }

  const Job &job_;
  const Environment &environment_;
  llvm::StringSaver &saver_;
  OutputFile untouched_;  ///< as it was before the first run
  OutputFile output_;     ///< … and before the last one
  bool can_run_again_ = true;
  bool has_spoken_ = false;  ///< the user has seen what the compiler says of this program
};

/// Whether we must outlive the compiler.
bool must_stay(const Job &job, const Outcome &outcome, const Environment &environment) {
  if (outcome.link.facts.output == Output::none || job.line.dry_run) return false;
  bool may_be_otherwise =
      outcome.words.has_ours() || (outcome.decision.allocator == "user" && !outcome.link.is_certain);
  bool is_told = job.line.verbose || !environment.log.empty() || !outcome.decision.notice.empty();
  return may_be_otherwise || is_told;
}

/// Over g++, which has no --emit-static-lib, and where the library carries something for whoever links it.
bool builds_static_library(const Job &job, const Outcome &outcome) {
  if (outcome.link.facts.output != Output::static_library || outcome.decision.allocator == "none") return false;
  return outcome.link.family == Family::gnu || outcome.decision.allocator != "system" || job.line.has_sources;
}

}  // namespace

llvm::Error become_compiler(const Job &job) {
  Words words = job.compiler.words;
  words.append(job.user_words);
  return exec(job, words);
}

llvm::Error compile(Job &job, const Environment &environment, llvm::StringSaver &saver) {
  if (!environment.allocator.empty())
    if (auto requests = gather_requests(job.own.allocator, environment); !requests) return requests.takeError();
  move_words_into_file(job, saver);
  return become_compiler(job);
}

llvm::Expected<int> execute(Job &job, Outcome outcome, const Environment &environment, llvm::StringSaver &saver) {
  move_words_into_file(job, saver);
  if (builds_static_library(job, outcome)) return build_static_library(job, outcome, environment, saver);
  if (must_stay(job, outcome, environment)) return Link(job, environment, saver).link(std::move(outcome));
  return exec(job, command(job, outcome));
}

}  // namespace cxx_alloc
