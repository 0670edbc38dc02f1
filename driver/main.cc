// SPDX-License-Identifier: Apache-2.0
// cxx-alloc: the compiler that is there, and an allocator for what it links. Parse, plan, run, print the error.
#include "audit/audit.h"
#include "compare/compare.h"
#include "compiler/link_line.h"
#include "compiler/working_folder.h"
#include "link/runtime_objects.h"
#include "message.h"
#include "run/execute.h"
#include "run/explain.h"
#include "words/compile_step.h"

#include <llvm/ADT/STLExtras.h>

#include <memory>
#include <optional>

using namespace cxx_alloc;

/// A command, read but not acted upon.
struct Invocation {
  llvm::BumpPtrAllocator memory;
  llvm::StringSaver saver{memory};
  Environment environment = Environment::of_process();
  WorkingFolder folder;                    ///< the compiler's, where a launcher changes it
  std::string self;                        ///< our own executable
  std::optional<llvm::Error> no_compiler;  ///< why there is none
  Job job;
  Words audited;             ///< what an audit looks at
  Words compared;            ///< what a comparison is of
  bool prints_help = false;  ///< `--help` alone: ours follows the compiler's

  ~Invocation() {
    if (no_compiler) llvm::consumeError(std::move(*no_compiler));
  }
  bool asks_us() const {
    const OwnOptions &own = job.own;
    return own.help || own.version || own.print != OwnOptions::Print::nothing || own.audit != OwnOptions::Audit::none ||
           own.compare != OwnOptions::Compare::none || own.expect || prints_help;
  }
  llvm::Error read(llvm::ArrayRef<const char *> argv);
  llvm::Expected<int> run();
};

/// Reads the words of the command line: ours, those of the compiler, and its own in the environment.
llvm::Error Invocation::read(llvm::ArrayRef<const char *> argv) {
  self = own_executable(argv[0]);
  llvm::ArrayRef<const char *> args = argv.drop_front();
  prints_help = args.size() == 1 && llvm::StringRef(args[0]) == "--help";
  // A comparison compiles nothing here, and the words behind its first are those of a program.
  if (auto compare = parse_compare(args)) {
    job.own.compare = *compare;
    compared.append(args.begin() + 1, args.end());
    return llvm::Error::success();
  }
  bool launches = args.size() > 1 && llvm::StringRef(args[0]) == "--allocator-launch";
  Words launched;
  if (launches) launched.append(args.begin() + 1, args.end());
  auto compiler = launches ? find_launched_compiler(launched, environment, self, saver)
                           : find_compiler(argv[0], environment, self, saver);
  if (launches) args = launched;
  // Help needs no compiler.
  if (compiler)
    job.compiler = std::move(*compiler);
  else
    no_compiler = compiler.takeError();
  if (job.compiler.own_words.empty() && !environment.overrides_options && plainly_compiles(args)) {
    job.user_words.append(args.begin(), args.end());
    job.line.not_a_link = "-c";
    return llvm::Error::success();
  }
  if (!job.compiler.folder.empty()) folder.enter(job.compiler.folder, environment);
  Words words = job.compiler.own_words;
  words.append(args.begin(), args.end());
  auto split = split_command(words, saver);
  // An audit compiles nothing: its words are those of the user alone.
  bool audits = split && split->own.audit != OwnOptions::Audit::none;
  if (audits) folder.leave();
  if (audits) split = split_command(args, saver);
  if (!split) return split.takeError();
  if (audits) audited = split->expanded;
  job.own = std::move(split->own);
  job.user_words = std::move(split->forwarded);
  job.opened_file = split->opened_file;
  job.expanded = std::move(split->expanded);
  job.line = parse_command_line(job.expanded);
  return llvm::Error::success();
}

llvm::Expected<int> Invocation::run() {
  const OwnOptions &own = job.own;
  if (!asks_us() && !no_compiler && !job.line.not_a_link.empty()) {
    enter_nesting(environment);
    return environment.is_question() ? become_compiler(job) : compile(job, environment, saver);
  }
  job.runtime = {find_runtime_root(environment.runtime_dir, self), own.conf, own.profile};
  if (own.help || own.version) {
    if (auto error = print_output(own.help ? full_help_text() : version_text(job.runtime.root))) return error;
    return 0;
  }
  if (own.audit != OwnOptions::Audit::none) {
    const char *library_path = own.audit_library_path ? std::getenv("LD_LIBRARY_PATH") : nullptr;
    return audit::run(own, audited, library_path ? library_path : "");
  }
  if (own.compare != OwnOptions::Compare::none) return compare::run(own.compare, compared, job.runtime.root, self);
  if (own.expect)
    return make_error("--allocator-expect", "only an audit can tell",
                      "write --allocator-audit --allocator-expect=NAME PATH...");
  if (no_compiler) {
    llvm::Error error = std::move(*no_compiler);
    no_compiler.reset();
    return error;
  }
  enter_nesting(environment);
  // One of us wants the compiler's own answer.
  if (environment.is_question()) return become_compiler(job);
  auto outcome = foresee(job, environment, saver);
  if (!outcome) return outcome.takeError();
  if (own.print != OwnOptions::Print::nothing) {
    bool json = own.print == OwnOptions::Print::json;
    if (auto error = print_output(json ? to_json(job, *outcome) + "\n" : to_text(job, *outcome))) return error;
    return 0;
  }
  if (prints_help)
    if (auto error = print_output(help_text())) return error;
  return execute(job, std::move(*outcome), environment, saver);
}

/// What run_compile_step() has read and leaves to `main`: a link of ten thousand objects is not read twice.
static Invocation *read_before_main = nullptr;

/// LLVM 22's libraries construct some hundred global options before `main`, and touch a page for most of them: half of
/// what we cost a compile step, which needs none of it. So that step is done before they are constructed; glibc runs
/// constructors in the order of their priority, and gives them the arguments of `main`. Nothing in `read`, nor in `run`
/// for a compile step, may rely on a global with a constructor, ours or LLVM's.
#ifdef __GLIBC__
[[gnu::constructor(101)]] static void run_compile_step(int argc, char **argv, char **) {
  llvm::ArrayRef<const char *> words(argv, argc);
  if (argc < 2 || reads_a_pipe(words.drop_front())) return;  // a pipe's words would be gone when `main` comes
  auto invocation = std::make_unique<Invocation>();
  if (auto error = invocation->read(words))
    return llvm::consumeError(std::move(error));  // `main` meets it again and prints it
  if (invocation->asks_us() || invocation->job.line.not_a_link.empty())
    read_before_main = invocation.release();
  else
    llvm::consumeError(invocation->run().takeError());  // as above
}
#endif

static llvm::Expected<int> run(llvm::ArrayRef<const char *> argv) {
  if (read_before_main) return read_before_main->run();
  Invocation invocation;
  if (auto error = invocation.read(argv)) return error;
  return invocation.run();
}

int main(int argc, char **argv) {
  auto status = run(llvm::ArrayRef<const char *>(argv, argc));
  if (status) return *status;
  print_message("error", llvm::toString(status.takeError()));
  // Of an audit, 1 says that there are faults. The words of a comparison are in part those of a program.
  llvm::ArrayRef<const char *> words = llvm::ArrayRef<const char *>(argv, argc).drop_front();
  bool audits = !parse_compare(words) && llvm::any_of(words, [](llvm::StringRef word) {
    return word == "--allocator-audit" || word.starts_with("--allocator-audit=");
  });
  return audits ? 2 : 1;
}
