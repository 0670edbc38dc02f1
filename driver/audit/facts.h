// SPDX-License-Identifier: Apache-2.0
// What one file says about who allocates, as far as the file alone can tell. Everything is read; nothing is decided.
#pragma once

#include "audit/names.h"

#include <string>
#include <vector>

namespace cxx_alloc::audit {

enum class Kind { executable, shared_library, relocatable, static_library, other };

/// A note of ours, read.
struct Claim {
  std::string allocator, version, tool_version, output;
};

struct Facts {
  enum class State { sound, not_elf, broken, unreadable };
  State state = State::sound;
  std::string problem;  ///< what is wrong with a file that is broken or unreadable, or of another kind

  Kind kind = Kind::other;
  std::uint64_t size = 0;
  std::string target;  ///< x86_64-linux-gnu
  std::uint16_t machine = 0;
  std::uint8_t os_abi = 0;
  bool is_wide = false, is_little = true;

  bool is_dynamic = false;      ///< libraries are loaded beside it
  bool binds_locally = false;   ///< its own definitions come first for it: -Bsymbolic
  bool skips_defaults = false;  ///< -z nodeflib
  bool has_symbols = false;     ///< it was not stripped
  bool has_weak_malloc = false;
  bool has_malloc_of_libc = false;  ///< by symbols: its malloc is the one that libc was linked into it with
  bool is_for_glibc = false;        ///< by the note that glibc's startup files bring
  std::string interpreter, soname, rpath, runpath;
  std::vector<std::string> needed;

  NameSet exports, imports;
  NameSet own;       ///< defined, and exported or not
  NameSet visible;   ///< defined for whoever links against it or looks at its symbols: not local, not hidden
  MarkSet marks;     ///< of the allocators that are in the file, by symbols
  MarkSet messages;  ///< likewise by what they print, where no symbol tells; a program may have such a text for others
  std::string allocator_version;  ///< of the allocator in the file, by its own string

  bool has(Mark mark) const { return marks.has(mark) || messages.has(mark); }

  std::vector<Claim> claims;
  bool chose_ours = false, chose_others = false;  ///< by the note of what the linker chose for malloc's family
};

/// Reads the regular file that is open as `descriptor`. It may hold anything.
Facts read_facts(int descriptor);

llvm::StringRef to_string(Kind kind);

}  // namespace cxx_alloc::audit
