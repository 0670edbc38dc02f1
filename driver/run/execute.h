// SPDX-License-Identifier: Apache-2.0
// The one place that does what was decided: run the compiler, read what it made, and link again where that tells
// otherwise.
#pragma once

#include "run/outcome.h"

#include <llvm/Support/Error.h>

namespace cxx_alloc {

/// Carries `outcome` out. Where the compiler is exec'ed it does not come back; else the exit status.
llvm::Expected<int> execute(Job &job, Outcome outcome, const Environment &environment, llvm::StringSaver &saver);

/// Replaces this process by the compiler, with the user's words alone; comes back with an error only.
llvm::Error become_compiler(const Job &job);

/// Does the same where nothing is linked and nobody asks why: what most commands of a build do, so it goes straight
/// there. A request that cannot be read is an error here too.
llvm::Error compile(Job &job, const Environment &environment, llvm::StringSaver &saver);

}  // namespace cxx_alloc
