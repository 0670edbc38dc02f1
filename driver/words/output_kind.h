// SPDX-License-Identifier: Apache-2.0
// What does this command line produce? The answer decides whether an allocator is linked.
#pragma once

#include "words/command_line.h"
#include "words/family.h"

namespace cxx_alloc {

enum class Output { none, executable, shared_library, static_library, relocatable };

/// The spelling of JSON and the names of runtime objects: "executable", "shared-library", …
llvm::StringRef to_string(Output output);

/// `darwin`: the target's libraries are asked for with -dynamiclib and -bundle.
Output output_kind(const CommandLine &line, Family family, bool darwin);

}  // namespace cxx_alloc
