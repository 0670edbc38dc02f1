// SPDX-License-Identifier: Apache-2.0
// Which words of a command line are ours, and which are the compiler's?
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/StringSaver.h>

#include <optional>
#include <string>

namespace cxx_alloc {

using Words = llvm::SmallVector<const char *, 64>;

/// The last word of each of our options.
struct OwnOptions {
  enum class Print { nothing, text, json };
  std::optional<llvm::StringRef> allocator;  ///< --allocator=: an allocator's name, "auto" or "none"
  std::string conf;                          ///< --allocator-conf=: "key:value,key:value" of all of them
  bool profile = false;                      ///< --allocator-profile
  Print print = Print::nothing;              ///< --print-allocator[=json]
  enum class Audit { none, text, json, html };
  Audit audit = Audit::none;  ///< --allocator-audit[=json|html]
  enum class Compare { none, text, json };
  Compare compare = Compare::none;        ///< --allocator-compare[=json], the first word
  bool audit_library_path = false;        ///< --allocator-audit=library-path: LD_LIBRARY_PATH counts
  std::optional<llvm::StringRef> expect;  ///< --allocator-expect=: the allocator that each executable must have
  // What an audit refuses, as it was written.
  std::optional<llvm::StringRef> other_expect;   ///< the value of an --allocator-expect= that contradicts `expect`
  llvm::StringRef audit_form, other_audit_form;  ///< "json", and the form that contradicts it
  llvm::StringRef link_word;                     ///< the first of our options that are about a link
  bool help = false;                             ///< --allocator-help
  bool version = false;                          ///< --allocator-version
};

/// A command line taken apart. Both word lists keep the user's order and hold none of our options.
struct SplitCommand {
  OwnOptions own;
  Words forwarded;           ///< what the compiler is given: `@file` words as the user wrote them
  Words expanded;            ///< the same with every readable `@file` replaced by its words; for deciding only
  bool opened_file = false;  ///< the words of an `@file` stand in `forwarded` themselves
};

/// The comparison that `args` begin with, if they do.
std::optional<OwnOptions::Compare> parse_compare(llvm::ArrayRef<const char *> args);

/// True when an `@file` among `args` can be read once only: a pipe.
bool reads_a_pipe(llvm::ArrayRef<const char *> args);

/// Takes `args` (without the program's name) apart. Fails on an unknown or misspelled option of ours.
llvm::Expected<SplitCommand> split_command(llvm::ArrayRef<const char *> args, llvm::StringSaver &saver);

}  // namespace cxx_alloc
