// SPDX-License-Identifier: Apache-2.0
// Machines and targets: Debian's names for them, and how their files and linkers look.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringRef.h>

#include <cstdint>
#include <optional>
#include <string>

namespace cxx_alloc {

/// What an ELF file says of the machine that it is for.
struct ElfFormat {
  std::uint16_t machine = 0;    ///< e_machine
  std::uint8_t file_class = 0;  ///< ELFCLASS32 or ELFCLASS64
  bool is_big_endian = false;
  std::uint32_t flags = 0;  ///< e_flags, of which ARM and MIPS keep their ABI in some bits

  bool is_like(const ElfFormat &other) const {
    return machine == other.machine && file_class == other.file_class && is_big_endian == other.is_big_endian;
  }
};

struct Target {
  llvm::StringRef name;      ///< Debian's multiarch name, "x86_64-linux-gnu"
  ElfFormat format;          ///< `flags`: the bits that tell it from a target with the same machine, or 0
  std::uint32_t abi_bits;    ///< which bits of e_flags those are
  llvm::StringRef bfd_name;  ///< of its format in linker scripts: "elf64-x86-64"
  llvm::StringRef loader;    ///< glibc's dynamic linker
};

/// All targets that we know. Runtime objects may be there for some of them.
llvm::ArrayRef<Target> targets();

/// The target that cxx-alloc itself was built for.
llvm::StringRef host_target();

/// The target with this canonical name, or null.
const Target *find_target(llvm::StringRef name);

/// The target of an ELF file, taken for Linux with glibc; or null.
const Target *find_target(const ElfFormat &format);

/// The format of ELF files for the target `name`. Of one that is not in the list ("x86_64-linux-musl") that of its
/// machine.
std::optional<ElfFormat> format_of(llvm::StringRef name);

/// "x86_64-linux-gnu" of any spelling of a target: Debian's multiarch names, which the runtime's folders bear.
std::string canonical_target(llvm::StringRef triple);

/// "x86_64" of an e_machine, for messages; "machine 62" of one that we do not know.
std::string machine_name(unsigned machine);

}  // namespace cxx_alloc
