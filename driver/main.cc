// SPDX-License-Identifier: Apache-2.0
// cxx-alloc: the compiler that is there, and an allocator for what it links. Parse, plan, run, print the error.
#include "execute.h"
#include "explain.h"
#include "message.h"
#include "runtime_objects.h"

using namespace cxx_alloc;

/// What is common to a compile step and a link. `only_no_link`: come back, with nothing done, when there is more to do
/// than to hand the words on.
static llvm::Expected<int> run(llvm::ArrayRef<const char *> argv, bool only_no_link) {
  constexpr int nothing_done = -1;
  llvm::BumpPtrAllocator memory;
  llvm::StringSaver saver(memory);
  Environment environment = Environment::of_process();
  std::string self = own_executable(argv[0]);
  llvm::ArrayRef<const char *> args = argv.drop_front();
  bool launched = args.size() > 1 && llvm::StringRef(args[0]) == "--allocator-launch";

  auto split = split_command(launched ? args.drop_front(2) : args, saver);
  if (!split) return split.takeError();
  bool answers = split->own.help || split->own.version || split->own.print != OwnOptions::Print::nothing ||
                 (args.size() == 1 && llvm::StringRef(args[0]) == "--help");
  CommandLine line = parse_command_line(split->expanded);
  if (only_no_link && (answers || line.not_a_link.empty())) return nothing_done;
  if (split->own.help || split->own.version) {
    llvm::outs() << (split->own.help ? full_help_text()
                                     : version_text(find_runtime_root(environment.runtime_dir, self)));
    return 0;
  }
  auto compiler = launched ? find_launched_compiler(args[1], environment, self, saver)
                           : find_compiler(argv[0], environment, self, saver);
  if (!compiler) return compiler.takeError();
  auto plan = make_plan(*split, std::move(line), std::move(*compiler), environment, self, saver);
  if (!plan) return plan.takeError();
  if (split->own.print != OwnOptions::Print::nothing) {
    llvm::outs() << (split->own.print == OwnOptions::Print::json ? to_json(*plan) + "\n" : to_text(*plan));
    return 0;
  }
  if (answers) llvm::outs() << help_text();
  llvm::outs().flush();
  return execute(*plan, environment);
}

/// LLVM 22's libraries construct some hundred global options before `main`, and touch a page for most of them: half of
/// what we cost a compile step, which needs none of it. So that step is done before they are constructed; glibc runs
/// constructors in the order of their priority, and gives them the arguments of `main`. Nothing in `run` may rely on a
/// global with a constructor, ours or LLVM's, when it is asked for `only_no_link`.
#ifdef __GLIBC__
[[gnu::constructor(101)]] static void run_compile_step(int argc, char **argv, char **) {
  llvm::ArrayRef<const char *> words(argv, argc);
  if (argc < 2 || reads_a_pipe(words.drop_front())) return;  // a pipe's words would be gone when `main` comes
  auto status = run(words, true);
  if (!status) llvm::consumeError(status.takeError());  // `main` meets it again and prints it
}
#endif

int main(int argc, char **argv) {
  auto status = run(llvm::ArrayRef<const char *>(argv, argc), false);
  if (status) return *status;
  print_message("error", llvm::toString(status.takeError()));
  return 1;
}
