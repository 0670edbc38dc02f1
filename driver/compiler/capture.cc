// SPDX-License-Identifier: Apache-2.0
// What the real compiler says. posix_spawn and one pipe; no shell, no file.
#include "compiler/capture.h"

#include "compiler/environment.h"
#include "compiler/recursion.h"
#include "descriptor.h"

#include <llvm/ADT/SmallVector.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace cxx_alloc {

llvm::Expected<std::optional<std::string>> capture_output(const std::string &file, llvm::ArrayRef<const char *> words) {
  Asking asking;  // one of us further down must not ask in its turn, nor add anything
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  Descriptor read_end(ends[0]), write_end(ends[1]);

  llvm::SmallVector<char *, 64> argv;
  for (const char *word : words) argv.push_back(const_cast<char *>(word));
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  pid_t child;
  int failure = posix_spawn(&child, file.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  write_end.reset();
  if (failure) return std::nullopt;

  std::string output;
  char block[16384];
  for (;;) {
    ssize_t size = read(read_end.get(), block, sizeof block);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    output.append(block, size);
  }
  int status;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (llvm::StringRef(output).contains(recursive_invocation)) return recursion(words[0]);
  return output;
}

}  // namespace cxx_alloc
