// SPDX-License-Identifier: Apache-2.0
// What does this command line produce? g++ 12 and clang 22 answer differently for the same words; each rule below was
// measured on both.
#include "words/output_kind.h"

namespace cxx_alloc {

llvm::StringRef to_string(Output output) {
  switch (output) {
  case Output::none: return "none";
  case Output::executable: return "executable";
  case Output::shared_library: return "shared-library";
  case Output::static_library: return "static-library";
  case Output::relocatable: return "relocatable";
  }
  return "";
}

Output output_kind(const CommandLine &line, Family family, bool darwin) {
  if (!line.not_a_link.empty()) return Output::none;
  if (line.static_library) return Output::static_library;
  if (line.relocatable || line.linker.relocatable) return Output::relocatable;
  // The driver believes in a PIE then; bfd makes a library, gold and lld refuse.
  if (line.linker.shared) return Output::shared_library;
  // On Linux -dynamiclib is ignored by both families, and an executable comes out.
  if (darwin && line.darwin_library) return Output::shared_library;
  // g++: the last of -shared -pie -no-pie -static-pie wins. clang++: -shared does, but for -static-pie, whose -pie it
  // puts behind its -shared; bfd and mold believe the last, gold and lld refuse.
  bool shared = family == Family::gnu ? line.last_kind_shared : line.shared && !line.static_pie;
  return shared ? Output::shared_library : Output::executable;
}

}  // namespace cxx_alloc
