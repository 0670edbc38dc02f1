// SPDX-License-Identifier: Apache-2.0
// cxx-alloc: the compiler that is there, and an allocator for what it links. Parse, plan, run, print the error.
#include "run/execute.h"
#include "run/explain.h"
#include "message.h"
#include "link/runtime_objects.h"

#include <memory>
#include <optional>

using namespace cxx_alloc;

/// A command, read but not acted upon.
struct Invocation {
  llvm::BumpPtrAllocator memory;
  llvm::StringSaver saver{memory};
  Environment environment = Environment::of_process();
  llvm::StringRef program;                  ///< the name that we were called by
  std::string self;                         ///< our own executable
  std::optional<llvm::StringRef> launched;  ///< the compiler behind --allocator-launch
  SplitCommand command;
  CommandLine line;
  bool prints_help = false;  ///< `--help` alone: ours follows the compiler's

  bool asks_us() const {
    return command.own.help || command.own.version || command.own.print != OwnOptions::Print::nothing || prints_help;
  }
  llvm::Expected<int> run();
};

static llvm::Expected<std::unique_ptr<Invocation>> read(llvm::ArrayRef<const char *> argv) {
  auto invocation = std::make_unique<Invocation>();
  invocation->program = argv[0];
  invocation->self = own_executable(argv[0]);
  llvm::ArrayRef<const char *> args = argv.drop_front();
  invocation->prints_help = args.size() == 1 && llvm::StringRef(args[0]) == "--help";
  if (args.size() > 1 && llvm::StringRef(args[0]) == "--allocator-launch") {
    invocation->launched = args[1];
    args = args.drop_front(2);
  }
  auto split = split_command(args, invocation->saver);
  if (!split) return split.takeError();
  invocation->command = std::move(*split);
  invocation->line = parse_command_line(invocation->command.expanded);
  return invocation;
}

llvm::Expected<int> Invocation::run() {
  const OwnOptions &own = command.own;
  if (own.help || own.version) {
    llvm::outs() << (own.help ? full_help_text() : version_text(find_runtime_root(environment.runtime_dir, self)));
    return 0;
  }
  auto compiler = launched ? find_launched_compiler(*launched, environment, self, saver)
                           : find_compiler(program, environment, self, saver);
  if (!compiler) return compiler.takeError();
  auto plan = make_plan(command, std::move(line), std::move(*compiler), environment, self, saver);
  if (!plan) return plan.takeError();
  if (own.print != OwnOptions::Print::nothing) {
    llvm::outs() << (own.print == OwnOptions::Print::json ? to_json(*plan) + "\n" : to_text(*plan));
    return 0;
  }
  if (prints_help) llvm::outs() << help_text();
  llvm::outs().flush();
  return execute(*plan, environment);
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
  auto invocation = read(words);
  if (!invocation) return llvm::consumeError(invocation.takeError());  // `main` meets it again and prints it
  if ((*invocation)->asks_us() || (*invocation)->line.not_a_link.empty())
    read_before_main = invocation->release();
  else
    llvm::consumeError((*invocation)->run().takeError());  // as above
}
#endif

static llvm::Expected<int> run(llvm::ArrayRef<const char *> argv) {
  if (read_before_main) return read_before_main->run();
  auto invocation = read(argv);
  if (!invocation) return invocation.takeError();
  return (*invocation)->run();
}

int main(int argc, char **argv) {
  auto status = run(llvm::ArrayRef<const char *>(argv, argc));
  if (status) return *status;
  print_message("error", llvm::toString(status.takeError()));
  return 1;
}
