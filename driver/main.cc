// SPDX-License-Identifier: Apache-2.0
// cxx-alloc: the compiler that is there, and an allocator for what it links. Parse, plan, run, print the error.
#include "execute.h"
#include "explain.h"
#include "message.h"
#include "runtime_objects.h"

#include <llvm/Support/FileSystem.h>

using namespace cxx_alloc;

static llvm::Expected<int> run(llvm::ArrayRef<const char *> argv) {
  llvm::BumpPtrAllocator memory;
  llvm::StringSaver saver(memory);
  Environment environment = Environment::of_process();
  static int anchor;
  std::string self = llvm::sys::fs::getMainExecutable(argv[0], &anchor);
  llvm::ArrayRef<const char *> args = argv.drop_front();
  bool launched = args.size() > 1 && llvm::StringRef(args[0]) == "--allocator-launch";

  auto split = split_command(launched ? args.drop_front(2) : args, saver);
  if (!split) return split.takeError();
  if (split->own.help || split->own.version) {
    llvm::outs() << (split->own.help ? full_help_text()
                                     : version_text(find_runtime_root(environment.runtime_dir, self)));
    return 0;
  }
  auto compiler = launched ? find_launched_compiler(args[1], environment, self, saver)
                           : find_compiler(argv[0], environment, self, saver);
  if (!compiler) return compiler.takeError();
  auto plan = make_plan(*split, std::move(*compiler), environment, self, saver);
  if (!plan) return plan.takeError();
  if (split->own.print != OwnOptions::Print::nothing) {
    llvm::outs() << (split->own.print == OwnOptions::Print::json ? to_json(*plan) + "\n" : to_text(*plan));
    return 0;
  }
  if (args.size() == 1 && llvm::StringRef(args[0]) == "--help") llvm::outs() << help_text();
  llvm::outs().flush();
  return execute(*plan, environment);
}

int main(int argc, char **argv) {
  auto status = run(llvm::ArrayRef<const char *>(argv, argc));
  if (status) return *status;
  print_message("error", llvm::toString(status.takeError()));
  return 1;
}
