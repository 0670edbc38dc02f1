// SPDX-License-Identifier: Apache-2.0
// The linkers' options: how each is spelled, how it takes its value, which linkers know it and what it does to us.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringRef.h>

namespace cxx_alloc {

enum class Linker { unknown, bfd, gold, lld, mold };

/// The linker that `name` stands for: a value of -fuse-ld= or --ld-path=, "lld", "ld.bfd", "/opt/bin/ld.lld-22".
Linker linker_of(llvm::StringRef name);

/// How an option is given its value.
enum class Arity {
  flag,            ///< --x
  value,           ///< --x V, --x=V; of one letter -x V, -xV
  equals,          ///< --x=V
  flag_or_equals,  ///< --x, --x=V
  joined,          ///< --xV
};

/// What an option does, as far as it matters for the choice of an allocator.
enum class LinkerEffect {
  none,
  // What comes out.
  asks,
  shared,
  executable,
  relocatable,
  output_format,
  no_program,
  output,
  side_output,  ///< a file beside it, named by the value where there is one
  default_symver,
  // Inputs, and where they are found.
  library,
  directory,
  rpath,
  rpath_link,
  sysroot,
  input_format,
  just_symbols,
  start_lib,
  end_lib,
  static_libraries,
  dynamic_libraries,
  as_needed,
  not_as_needed,
  whole_archive,
  not_whole_archive,
  push_state,
  pop_state,
  // Symbols, and who sees them.
  script,
  default_script,
  version_script,
  wrap,
  defsym,
  // Words of which the value decides.
  small_data,     ///< -G: GNU ld's is -shared, unless a number follows
  plugin_option,  ///< -plugin-opt
  unread,         ///< changes what is linked in a way that is not followed
};

struct LinkerOption {
  llvm::StringRef name;  ///< without dashes
  Arity arity;
  bool two_dashes;   ///< one dash before it makes it something else: -omagic is -o magic
  unsigned linkers;  ///< a bit for each Linker that reads it so
  LinkerEffect effect;

  bool is_of(Linker linker) const { return linkers >> static_cast<unsigned>(linker) & 1; }
};

/// The table, sorted by name.
llvm::ArrayRef<LinkerOption> linker_options();

/// One option of a word, as one linker reads it. GNU ld and gold read -sx as -s -x.
struct LinkerReading {
  const LinkerOption *option;
  llvm::StringRef value;
  bool takes_next = false;  ///< the value is the next word

  /// The same effect, of the same words.
  bool agrees_with(const LinkerReading &other) const {
    return option->effect == other.option->effect && value == other.value && takes_next == other.takes_next;
  }
};
using LinkerReadings = llvm::SmallVector<LinkerReading, 1>;

/// Reads `word`, which begins with a dash, as `linker` (not Linker::unknown) does. Empty: the linker does not know it.
LinkerReadings read_linker_option(llvm::StringRef word, Linker linker);

}  // namespace cxx_alloc
