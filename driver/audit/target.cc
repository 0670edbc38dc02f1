// SPDX-License-Identifier: Apache-2.0
// The machine by the table of targets, the libc by what the file asks for.
#include "audit/target.h"

#include "words/targets.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/BinaryFormat/ELF.h>

namespace cxx_alloc::audit {
namespace {

bool uses_musl(const Facts &facts) {
  auto is_musl = [](llvm::StringRef file) { return file.contains("musl"); };
  return is_musl(facts.interpreter) || is_musl(facts.soname) || llvm::any_of(facts.needed, is_musl);
}

/// What stands behind the processor in the name of a target. Programs for Linux say that they are for any system.
llvm::StringRef system_of(const Facts &facts) {
  switch (facts.os_abi) {
  case llvm::ELF::ELFOSABI_NETBSD: return "-netbsd";
  case llvm::ELF::ELFOSABI_SOLARIS: return "-solaris";
  case llvm::ELF::ELFOSABI_FREEBSD: return "-freebsd";
  case llvm::ELF::ELFOSABI_OPENBSD: return "-openbsd";
  default: return uses_musl(facts) ? "-linux-musl" : "-linux-gnu";
  }
}

}  // namespace

std::string multiarch_of(const Facts &facts) {
  std::uint8_t file_class = facts.is_wide ? llvm::ELF::ELFCLASS64 : llvm::ELF::ELFCLASS32;
  const Target *target = find_target(ElfFormat{facts.machine, file_class, !facts.is_little});
  return target ? target->name.str() : "machine-" + std::to_string(facts.machine);
}

std::string target_of(const Facts &facts) {
  std::string name = multiarch_of(facts);
  constexpr llvm::StringLiteral glibc = "-linux-gnu";
  if (size_t at = name.find(glibc); at != std::string::npos) name.replace(at, glibc.size(), system_of(facts).str());
  return name;
}

}  // namespace cxx_alloc::audit
