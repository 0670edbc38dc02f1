// SPDX-License-Identifier: Apache-2.0
// What the words say that only the linker understands: -Wl,… and -Xlinker, and the files among them.
#pragma once

#include "words/link_input.h"
#include "words/linker_options.h"

#include <llvm/ADT/StringRef.h>

#include <optional>
#include <string>
#include <vector>

namespace cxx_alloc {

/// Reads linker words one by one, in link-line order, across -Wl, and -Xlinker boundaries:
/// in `-Wl,-rpath -Wl,/a` the second word is the value of the first.
class LinkerWords {
public:
  LinkerWords() = default;
  /// Words for `linker`. Of an unknown one, a word counts as GNU ld reads it, and is uncertain where others read it
  /// otherwise.
  explicit LinkerWords(Linker linker) : linker(linker) {}

  /// One word, as the linker is given it. `@file` is opened, as the linker does.
  void read(llvm::StringRef word);
  /// An input or library that the driver itself understood.
  void add_file(llvm::StringRef path) { add(LinkInput::Kind::file, path); }
  void add_library(llvm::StringRef name) { add(LinkInput::Kind::library, name); }

  Linker linker = Linker::unknown;

  // What comes out.
  std::string output;        ///< -o, --output: the last one, or empty
  bool shared = false;       ///< -shared, -Bshareable; GNU ld's -G
  bool executable = false;   ///< -pie, -no-pie
  bool relocatable = false;  ///< -r, -i, -Ur
  bool raw_binary = false;   ///< --oformat=binary: no ELF file comes out
  std::string no_program;    ///< the word by which LTO stops early (--lto-emit-asm), or empty
  std::vector<std::string>
      side_outputs;        ///< options that name another file to be written: "Map", "plugin-opt=obj-path"
  bool asks_only = false;  ///< --version, --help, -v, -V: build systems probe the linker with these

  // Inputs, and where they are found.
  std::vector<LinkInput> inputs;
  std::vector<std::string> directories;  ///< -L among the linker's words
  std::vector<std::string> rpaths;       ///< -rpath and -rpath-link: where libraries that libraries need are found
  std::string sysroot;                   ///< --sysroot, or empty

  // Symbols, and who sees them.
  std::vector<std::string> scripts;  ///< -T and --default-script: in the place of the linker's own
  std::vector<std::string> version_scripts;
  std::vector<std::string> wraps;
  std::string defines_malloc;     ///< the --defsym word that names a function of malloc's family, or empty
  std::string defines_operators;  ///< … a replaceable operator new or delete
  bool default_symver = false;

  /// Words that no linker knows, that linkers read differently while the linker is not known, or of which the effect is
  /// not followed. With any, only the artifact tells for certain.
  std::vector<std::string> uncertain_words;

  /// True where a word behind these would not be read as an input of its own.
  bool is_open_at_end() const { return pending_ || is_lazy_ || is_data_; }

private:
  /// What --push-state saves.
  struct State {
    bool static_only = false, as_needed = false, whole_archive = false;
  };
  /// An option that still waits for its value.
  struct Pending {
    const LinkerOption *option;
    bool was_shared;
  };

  void add(LinkInput::Kind kind, llvm::StringRef name);
  bool read_file(llvm::StringRef word);
  void read_option(llvm::StringRef word);
  void apply(const LinkerOption &option, llvm::StringRef value, llvm::StringRef word);
  bool apply_kind(const LinkerOption &option, llvm::StringRef value, llvm::StringRef word);
  bool apply_input(LinkerEffect effect, llvm::StringRef value, llvm::StringRef word);
  bool apply_state(LinkerEffect effect);
  void apply_symbols(LinkerEffect effect, llvm::StringRef value, llvm::StringRef word);

  std::optional<Pending> pending_;
  State state_;
  std::vector<State> saved_;
  bool is_lazy_ = false;  ///< between --start-lib and --end-lib
  bool is_data_ = false;  ///< behind --format=binary
  int open_files_ = 0;
};

}  // namespace cxx_alloc
