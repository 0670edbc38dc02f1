// SPDX-License-Identifier: Apache-2.0
// What is known before anything is decided? The words, the files they name, and the environment, as facts.
#pragma once

#include "words/command_line.h"
#include "compiler/compiler.h"
#include "decision/policy.h"
#include "inputs/scan.h"

#include <llvm/Support/Error.h>

#include <string>

namespace cxx_alloc {

/// The facts of the policy, and what the plan needs besides them.
struct LinkFacts {
  Facts facts;
  Family family = Family::gnu;
  std::string injected;          ///< a runtime object of ours that is on the link line already, or empty
  bool links_cxx_runtime = false;  ///< libstdc++ or libc++ is on the link line
  bool gains_cxx_runtime = false;  ///< … and would be, if there were a linker word: g++ sees no C++ without one
  bool calls_operators = false;  ///< something uses operator new or delete, as far as can be seen
  bool users_operators = false;  ///< an input defines some of them
  bool files_exist = true;       ///< every file among the driver's words can be opened: the link has a chance
  LibrarySearch search;          ///< where libraries are looked for
  bool is_uncertain = false;     ///< code on the way may define malloc, or a script hide it, unseen
  std::vector<Marker> markers;   ///< what asks for an allocator, as far as it was seen before the link
  bool may_ask = false;          ///< code on the way, or a member of an archive, may ask for an allocator in its source
};

/// What is asked for by `flag` (the value of --allocator=) and by the environment.
llvm::Expected<Facts> gather_wishes(std::optional<llvm::StringRef> flag, const Environment &environment);

/// Opens what `line` names, and completes `wishes`. `words` are the user's, for asking the compiler itself.
LinkFacts gather_facts(Facts wishes, CommandLine &line, const Compiler &compiler, llvm::ArrayRef<const char *> words,
                       const Environment &environment);

/// True when every library and linker's file can be found too, as far as we can tell. `words` are the user's.
bool inputs_exist(const LinkFacts &link, const CommandLine &line, llvm::ArrayRef<const char *> words);

/// Puts what the sources of the finished artifact ask for (names of allocators) in the place of what was known before.
void set_requests(LinkFacts &link, llvm::ArrayRef<std::string> allocators, llvm::StringRef artifact);

/// The target that is linked for, as far as words tell: "x86_64-linux-gnu".
std::string link_target(const CommandLine &line, llvm::StringRef driver_name);

}  // namespace cxx_alloc
