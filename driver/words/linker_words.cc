// SPDX-License-Identifier: Apache-2.0
// What do the words that only the linker understands say? Only reading: the words themselves are never re-written.
#include "words/linker_words.h"

#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/Error.h>

namespace cxx_alloc {
namespace {

constexpr int deepest_file_nesting = 32;

/// Long options of bfd 2.40, gold, lld 22 and mold whose value may be the next word. One missing here makes its value
/// look like an input file, which is then opened in vain; a kind word (-shared, -r) among the values would mislead.
bool takes_next_word(llvm::StringRef name) {
  static const llvm::StringSet<> options{
      "rpath", "rpath-link", "soname", "h", "Map", "T", "script", "e", "entry", "u", "undefined", "z", "L",
      "library-path", "l", "library", "o", "output", "m", "y", "trace-symbol", "F", "filter", "f", "auxiliary",
      "dynamic-linker", "I", "plugin", "plugin-opt", "version-script", "dynamic-list", "defsym", "wrap", "A",
      "architecture", "b", "format", "oformat", "c", "mri-script", "G", "gpsize", "init", "fini", "assert", "a", "Y",
      "P", "depaudit", "audit", "exclude-libs", "section-start", "Ttext", "Tdata", "Tbss", "Ttext-segment",
      "Trodata-segment", "Tldata-segment", "retain-symbols-file", "export-dynamic-symbol",
      "export-dynamic-symbol-list", "R", "just-symbols", "sort-section", "dependency-file", "default-script", "dT",
      "require-defined", "max-cache-size", "default-symver", "out-implib", "hash-style", "symbol-ordering-file",
      "section-ordering-file", "k", "image-base", "sysroot", "chroot", "threads", "thread-count", "compress-debug-sections",
      "call-graph-ordering-file", "reproduce", "mllvm", "why-extract", "print-archive-stats", "print-symbol-order"};
  return options.contains(name);
}

/// Short options whose value may be joined: -lfoo, -L/dir, -T script.
constexpr llvm::StringRef joined_options = "lLTeuyzmhoIFfbcAGYPR";

bool is_malloc_name(llvm::StringRef symbol) {
  return symbol == "malloc" || symbol == "free" || symbol == "calloc" || symbol == "realloc";
}

}  // namespace

void LinkerWords::read(llvm::StringRef word) {
  if (!pending_.empty()) {
    std::string name = std::move(pending_);
    pending_.clear();
    return read_option(name, word, "--" + name + "=" + word.str());
  }

  if (word.starts_with("@") && open_files_ < deepest_file_nesting) {
    llvm::BumpPtrAllocator memory;
    llvm::SmallVector<const char *, 0> words{word.data()};
    std::string terminated = word.str();
    words[0] = terminated.c_str();
    llvm::cl::ExpansionContext context(memory, llvm::cl::TokenizeGNUCommandLine);
    if (auto error = context.expandResponseFiles(words)) {
      llvm::consumeError(std::move(error));
      return;
    }
    if (words.size() == 1 && words[0] == terminated) return add_file(word);
    ++open_files_;
    for (const char *inner : words) read(inner);
    --open_files_;
    return;
  }

  llvm::StringRef option = word;
  if (option.size() < 2 || !option.consume_front("-")) return add_file(word);
  bool long_form = option.consume_front("-");

  auto [name, value] = option.split('=');
  bool is_joined = !long_form && name.size() == 1 && joined_options.contains(name[0]);  // -L=/x: in the sysroot
  if (name.size() != option.size() && !is_joined && (takes_next_word(name) || name == "oformat"))
    return read_option(name, value, word);
  if (takes_next_word(option)) {
    pending_ = option.str();
    return;
  }
  // ld reads -lfoo as a short option with its value unless the whole word is a long option.
  static const llvm::StringSet<> long_options{"export-dynamic", "help", "version", "relocatable", "emit-relocs",
                                              "gc-sections", "icf", "fatal-warnings", "call_shared", "apply-dynamic-relocs"};
  if (!long_form && joined_options.contains(option[0]) && option.size() > 1 && !long_options.contains(name))
    return read_option(option.take_front(1), option.drop_front(1), word);
  read_option(option, "", word);
}

void LinkerWords::read_option(llvm::StringRef name, llvm::StringRef value, llvm::StringRef word) {
  if (name == "shared" || name == "Bshareable") {
    shared = true;
  } else if (name == "r" || name == "i" || name == "relocatable" || name == "Ur") {
    relocatable = true;
  } else if (name == "Bstatic" || name == "static" || name == "dn" || name == "non_shared") {
    static_only_ = true;
  } else if (name == "Bdynamic" || name == "dy" || name == "call_shared") {
    static_only_ = false;
  } else if (name == "start-lib" || name == "end-lib") {
    is_lazy_ = name == "start-lib";
  } else if (name == "l" || name == "library") {
    add_library(value);
  } else if (name == "L" || name == "library-path") {
    directories.push_back(value.str());
  } else if (name == "o" || name == "output") {
    output = value.str();
  } else if (name == "wrap") {
    wraps.push_back(value.str());
  } else if (name == "b" || name == "format") {
    changes_what_follows = true;
  } else if (name == "version-script") {
    version_scripts.push_back(value.str());
  } else if (name == "oformat") {
    raw_binary |= value == "binary";
  } else if (name == "defsym") {
    if (is_malloc_name(value.split('=').first)) defines_malloc = word.str();
  } else if (name == "version" || name == "help" || name == "v" || name == "V") {
    asks_only = true;
  }
}

}  // namespace cxx_alloc
