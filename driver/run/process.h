// SPDX-License-Identifier: Apache-2.0
// How is a compiler run when we must see what it made?
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/Support/Error.h>

#include <string>

namespace cxx_alloc {

/// How a child ended.
struct Ending {
  int status = 0;  ///< the exit status, when `signal` is 0
  int signal = 0;  ///< the signal that killed it, or 0
  bool success() const { return status == 0 && signal == 0; }
};

/// The error for a compiler that execve refused with `number`, an errno value.
llvm::Error cannot_run(const std::string &file, int number);

/// Runs `file` with `argv` and waits. Signals that reach us alone are handed on; those of the terminal reach the child
/// by themselves. We outlive the child in either case. `silently`: it reads and writes /dev/null.
llvm::Expected<Ending> run_and_wait(const std::string &file, llvm::ArrayRef<const char *> argv, bool silently = false);

/// Ends this process as the child ended: with its status, or by the same signal.
[[noreturn]] void end_like(const Ending &ending);

}  // namespace cxx_alloc
