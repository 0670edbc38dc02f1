// SPDX-License-Identifier: Apache-2.0
// The one place that does what was decided. Where nothing of ours is linked and nobody wants to hear of it, the compiler
// replaces us, so its exit status, signals, terminal and standard input are its own. Else we stay: run, read what was made,
// turn what is seen into facts, ask the same policy again, and link again if it answers otherwise.
#include "run/execute.h"

#include "decision/learn.h"
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

/// One link, from the first run to what is said of it.
class Link {
public:
  Link(const Job &job, Outcome outcome, const Environment &environment, llvm::StringSaver &saver)
      : job_(job), outcome_(std::move(outcome)), environment_(environment), saver_(saver),
        untouched_(artifact_of(job.line)) {}

  llvm::Expected<int> run() {
    can_run_again_ = keep_sources(job_.line.sources);
    auto is_done = let_the_compiler_speak_first();
    if (!is_done) return is_done.takeError();
    if (*is_done) return 0;
    for (int round = 1;; ++round) {
      OutputFile output(artifact_of(job_.line));
      if (auto error = run_once(round)) return error;
      auto again = reconsider(output);
      if (again && again->decision.links_as(outcome_.decision)) {
        outcome_ = std::move(*again);
        break;
      }
      // A mixed or half-exported program corrupts memory without a word: it must not stay, whatever comes next.
      llvm::Error error = again ? refuse_another(round, output.path()) : again.takeError();
      if (error) {
        untouched_.discard();
        return error;
      }
      output.empty();
      outcome_ = std::move(*again);
      rewind_standard_input();
    }
    outcome_.is_verified = true;
    report(job_, outcome_, environment_);
    warn_of_boundary();
    return 0;
  }

private:
  /// A file that is not there is the compiler's to speak of, and clang 22 says more of it when it is the only input. If it
  /// makes something all the same, that gets what was decided; true where there is nothing more to do.
  llvm::Expected<bool> let_the_compiler_speak_first() {
    if (outcome_.link.has_inputs || !can_run_again_) return false;
    OutputFile output(artifact_of(job_.line));
    Words bare = job_.compiler.words;
    bare.append(job_.user_words);
    auto ending = run_and_wait(job_.compiler.file, bare);
    if (!ending) return ending.takeError();
    if (!ending->success()) end_like(*ending);
    rewind_standard_input();
    return !output.was_written();
  }

  /// Runs the compiler; ends as it ends where it fails.
  llvm::Error run_once(int round) {
    OpenWatch watch(outcome_.words.object);
    auto ending = run_and_wait(job_.compiler.file, command(job_, outcome_));
    if (!ending) return ending.takeError();
    if (ending->success()) return llvm::Error::success();
    if (outcome_.words.brings_allocator && !ending->signal && watch.was_opened()) explain_failure(job_, outcome_);
    if (round > 1) untouched_.discard();
    end_like(*ending);
  }

  /// Why the link cannot be made once more.
  llvm::Error refuse_another(int round, const std::string &output) const {
    constexpr int most_rounds = 2;
    if (round == most_rounds)
      return make_error(output, "its allocator is another one each time that it is linked", "pass --allocator=system");
    if (!can_run_again_)
      return make_error(output, "its source has a say in its allocator, and cannot be read a second time",
                        "pass --allocator=system");
    return llvm::Error::success();
  }

  /// The outcome that the artifact leads to.
  llvm::Expected<Outcome> reconsider(const OutputFile &output) {
    LinkFacts link = outcome_.link;
    if (output.was_written()) learn(link, read_artifact(output.path(), link.facts.wraps), outcome_.decision, output.path());
    return settle(job_, std::move(link), saver_);
  }

  /// A guest's memory is its own. What is passed across all the same cannot be seen by a compiler.
  void warn_of_boundary() const {
    if (!outcome_.words.brings_allocator || outcome_.link.facts.output != Output::shared_library || job_.line.no_warnings) return;
    std::string output = artifact_of(job_.line);
    Boundary boundary = examine_boundary(output);
    if (boundary.count == 0) return;
    std::string functions = boundary.count == 1 ? "1 exported function takes" : std::to_string(boundary.count) + " exported functions take";
    print_message("warning", output + ": " + functions + " memory across the boundary of a library with a jemalloc of its own, such as " +
                                 boundary.first + "; safe only in a process that has chosen an allocator (-w silences this)");
  }

  const Job &job_;
  Outcome outcome_;
  const Environment &environment_;
  llvm::StringSaver &saver_;
  OutputFile untouched_;  ///< as it was before the first run
  bool can_run_again_ = true;
};

/// Whether we must outlive the compiler.
bool must_stay(const Job &job, const Outcome &outcome, const Environment &environment) {
  if (outcome.link.facts.output == Output::none || job.line.dry_run) return false;
  bool may_be_otherwise = outcome.words.has_ours() || (outcome.decision.allocator == "user" && !outcome.link.is_certain);
  bool is_told = job.line.verbose || !environment.log.empty() || !outcome.decision.notice.empty();
  return may_be_otherwise || is_told;
}

/// Over g++, which has no --emit-static-lib, and where the library carries something for whoever links it.
bool builds_static_library(const Job &job, const Outcome &outcome) {
  if (outcome.link.facts.output != Output::static_library || outcome.decision.allocator == "none") return false;
  return outcome.link.family == Family::gnu || outcome.decision.allocator != "system" || job.line.has_sources;
}

}  // namespace

llvm::Error become_compiler(const Job &job) { return exec(job, command(job, Outcome{})); }

llvm::Expected<int> execute(Job &job, Outcome outcome, const Environment &environment, llvm::StringSaver &saver) {
  move_words_into_file(job, saver);
  if (builds_static_library(job, outcome)) return build_static_library(job, outcome, environment, saver);
  if (must_stay(job, outcome, environment)) return Link(job, std::move(outcome), environment, saver).run();
  return exec(job, command(job, outcome));
}

}  // namespace cxx_alloc
