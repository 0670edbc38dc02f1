// SPDX-License-Identifier: Apache-2.0
// The facts that the words, the files they name and the environment give, before anything is linked.
#pragma once

#include "compiler/compiler.h"
#include "decision/facts.h"
#include "inputs/scan.h"
#include "words/command_line.h"

#include <llvm/Support/Error.h>

#include <optional>
#include <string>
#include <vector>

namespace cxx_alloc {

/// The facts of the policy, and what the link words need besides them.
struct LinkFacts {
  Facts facts;
  Family family = Family::gnu;
  std::string injected;            ///< a runtime object of ours that is on the link line already, or empty
  bool gains_cxx_runtime = false;  ///< libstdc++ would come in for any linker word: g++ sees no C++ without one
  bool is_static = false;          ///< -static or -static-pie
  bool has_inputs = true;          ///< every file among the driver's words can be opened: the link has a chance
  bool is_certain = true;          ///< nothing unread has a say: what is decided now is what the artifact will tell
  bool has_versions = false;       ///< a version script, or VERSION in a linker script
  bool may_request = false;        ///< a source, or a member of an archive, may ask for an allocator
  std::vector<ScannedRequest> requests;  ///< what asks for an allocator, as far as it was seen before the link
};

/// What is asked for by `flag` (the value of --allocator=) and by the environment.
llvm::Expected<Facts> gather_requests(std::optional<llvm::StringRef> flag, const Environment &environment);

/// Opens what `line` names, and completes `facts`. `words` are those behind the driver, for asking the compiler itself,
/// whose answer is put into `line`.
llvm::Expected<LinkFacts> gather_facts(Facts facts, CommandLine &line, const Compiler &compiler,
                                       llvm::ArrayRef<const char *> words, const Environment &environment);

/// Puts what the sources of `artifact` ask for (names of allocators) in the place of what was known before.
void set_requests(LinkFacts &link, llvm::ArrayRef<std::string> allocators, llvm::StringRef artifact);

/// The target that is linked for, as far as words tell: "x86_64-linux-gnu".
std::string link_target(const CommandLine &line, llvm::StringRef driver_name);

}  // namespace cxx_alloc
