// SPDX-License-Identifier: Apache-2.0
// What do the words that only the linker understands say? -Wl,… and -Xlinker, and the files among them.
#pragma once

#include "inputs/scan.h"

#include <llvm/ADT/StringRef.h>

#include <string>
#include <vector>

namespace cxx_alloc {

/// Reads linker words one by one, in link-line order, across -Wl, and -Xlinker boundaries:
/// in `-Wl,-rpath -Wl,/a` the second word is the value of the first.
class LinkerWords {
public:
  /// One word, as the linker is given it. `@file` is opened, as the linker does.
  void read(llvm::StringRef word);
  /// An input or library that the driver itself understood.
  void add_file(llvm::StringRef path) { add({LinkInput::Kind::file, path.str(), false, is_lazy_}); }
  void add_library(llvm::StringRef name) { add({LinkInput::Kind::library, name.str(), static_only_, is_lazy_}); }

  bool shared = false;        ///< -shared, -Bshareable
  bool relocatable = false;   ///< -r, -i, -Ur
  bool raw_binary = false;    ///< --oformat=binary: no ELF file comes out
  bool asks_only = false;     ///< --version, --help, -v, -V: build systems probe the linker with these
  std::string defines_malloc; ///< the --defsym word that names malloc, or empty
  std::string output;         ///< -o, which beats the driver's, or empty
  std::vector<std::string> wraps;        ///< --wrap
  bool changes_what_follows = false;     ///< --format: what stands behind these words is read in another way
  std::vector<std::string> version_scripts;
  std::vector<std::string> directories;  ///< -L among the linker's words
  std::vector<LinkInput> inputs;

  /// True where a word behind these would not be read as an input of its own.
  bool is_open_at_end() const { return !pending_.empty() || is_lazy_ || changes_what_follows; }

private:
  void add(LinkInput input) { inputs.push_back(std::move(input)); }
  void read_option(llvm::StringRef name, llvm::StringRef value, llvm::StringRef word);

  std::string pending_;  ///< an option, without dashes, that still waits for its value
  bool static_only_ = false;
  bool is_lazy_ = false;  ///< between --start-lib and --end-lib
  int open_files_ = 0;
};

}  // namespace cxx_alloc
