// SPDX-License-Identifier: Apache-2.0
// Runs a compiler when we must see what it made.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/Support/Error.h>

#include <string>

namespace cxx_alloc {

/// How a child ended.
struct Ending {
  int status = 0;  ///< the exit status, when `signal` is 0
  int signal = 0;  ///< the signal that killed it, or 0
  double cpu = 0;  ///< seconds, of the child and of all that it waited for
  long peak = 0;   ///< bytes, of the largest of them
  bool success() const { return status == 0 && signal == 0; }
};

/// What a child finds other than we do.
struct Surroundings {
  const char *directory = nullptr;           ///< its working directory
  char *const *environment = nullptr;        ///< "NAME=value", and a null at the end
  int input = -1, output = -1, errors = -1;  ///< descriptors for its standard streams
};

/// The error for a compiler that execve refused with `number`, an errno value.
llvm::Error cannot_run(const std::string &file, int number);

/// Runs `file` with `argv` and waits. Signals that reach us alone are handed on; those of the terminal reach the child
/// by themselves. We outlive the child in either case, and what comes without a child ends us; a signal that came
/// before the child does ends it before it begins.
llvm::Expected<Ending> run_and_wait(const std::string &file, llvm::ArrayRef<const char *> argv,
                                    const Surroundings &surroundings = {});

/// From now on a signal that comes while no child runs calls `clean_up`, which must be safe in a signal's handler, and
/// ends us.
void end_with(void (*clean_up)());

/// From now on a signal no longer ends us, but is remembered, so that what must be cleaned up is. Nothing may block
/// then: no file of the user's is opened.
void hold_signals();
/// The same no longer. Ends us if a signal came while no child was there to take it.
void release_signals();
/// The signal that came since, for us or for a child of ours; or 0.
int signal_received();

/// Puts the signals back as they were before the first run, for an exec. Ends us if one came in between.
void give_signals_back();

/// Ends this process as the child ended: with its status, or by the same signal.
[[noreturn]] void end_like(const Ending &ending);

}  // namespace cxx_alloc
