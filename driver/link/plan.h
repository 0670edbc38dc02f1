// SPDX-License-Identifier: Apache-2.0
// The words that a decision becomes: runtime objects, and what they need of the linker. Nothing is run here.
#pragma once

#include "decision/gather.h"
#include "decision/policy.h"

#include <llvm/Support/Error.h>
#include <llvm/Support/StringSaver.h>

#include <string>
#include <utility>
#include <vector>

namespace cxx_alloc {

/// What the user asks of a runtime besides its name.
struct RuntimeOptions {
  std::string root;      ///< the folder of the runtime objects
  std::string conf;      ///< --allocator-conf=, or empty
  bool profile = false;  ///< --allocator-profile
};

/// A decision as words around the user's.
struct LinkWords {
  Words before, behind;
  std::string object;             ///< the object of ours that provides malloc, or a guest's; or empty
  bool brings_allocator = false;  ///< an allocator of ours is in: the process's, or a guest
  std::string remark;             ///< to be added to the decision's detail: which options have no effect; or empty

  bool has_ours() const { return !before.empty() || !behind.empty(); }
};

/// True when the runtime of `allocator` for the output and target of `facts` is there.
bool is_available(const Facts &facts, const RuntimeOptions &options, llvm::StringRef allocator);

/// True where `decision` puts a malloc of ours into an executable.
bool brings_malloc(const Decision &decision, const Facts &facts);

/// True when the folder lto of `allocator` has `part`.
bool has_lto_part(const RuntimeOptions &options, llvm::StringRef allocator, llvm::StringRef target,
                  llvm::StringRef part);

/// The words for `decision`, which `link` led to.
llvm::Expected<LinkWords> plan_link(const Decision &decision, const LinkFacts &link, const CommandLine &line,
                                    const RuntimeOptions &options, llvm::StringSaver &saver);

/// The runtime's objects that a static library carries for whoever links it: (name in the archive, file).
llvm::Expected<std::vector<std::pair<std::string, std::string>>>
carried_objects(const Decision &decision, const Facts &facts, const RuntimeOptions &options);

/// libtool (2.4.7, and every one before) takes a compiler whose name begins with "cxx" for Compaq's, and links with
/// `-rpath DIR`, which g++ 12 refuses. The same in the words that it knows.
Words spell_rpath_for_gnu(const Words &words, llvm::StringSaver &saver);

}  // namespace cxx_alloc
