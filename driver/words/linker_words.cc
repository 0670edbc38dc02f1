// SPDX-License-Identifier: Apache-2.0
// Reads the words that only the linker understands. The words themselves are never re-written.
#include "words/linker_words.h"

#include "words/symbol_names.h"

#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/FileSystem.h>

#include <algorithm>
#include <utility>

namespace cxx_alloc {
namespace {

using llvm::StringRef;

constexpr int deepest_file_nesting = 32;

void append_folders(std::vector<std::string> &list, StringRef text) {
  for (StringRef folder : llvm::split(text, ':'))
    if (!folder.empty()) list.push_back(folder.str());
}

/// An option and its value in one word.
std::string spell(StringRef name, StringRef value) {
  return name.size() == 1 ? ("-" + name + value).str() : ("--" + name + "=" + value).str();
}

}  // namespace

void LinkerWords::add(LinkInput::Kind kind, StringRef name) {
  bool is_library = kind == LinkInput::Kind::library;
  inputs.push_back({.kind = kind,
                    .name = name.str(),
                    .static_only = is_library && state_.static_only,
                    .is_lazy = is_lazy_,
                    .as_needed = state_.as_needed,
                    .whole_archive = state_.whole_archive,
                    .is_data = is_data_});
}

void LinkerWords::read(StringRef word) {
  // Linkers open an `@file` before they look at options, so its first word may be the value of an option in front of
  // it.
  if (word.starts_with("@") && open_files_ < deepest_file_nesting && read_file(word)) return;
  if (pending_) {
    Pending pending = *std::exchange(pending_, std::nullopt);
    if (pending.option->effect != LinkerEffect::small_data)
      return apply(*pending.option, word, spell(pending.option->name, word));
    // GNU ld 2.40, lexsup.c: a -G without a number behind it is -shared.
    if (!word.empty() && llvm::isDigit(word[0])) {
      shared = pending.was_shared;
      return;
    }
  }
  if (word.size() < 2 || word[0] != '-') return add_file(word);
  read_option(word);
}

/// False when there is no such file: the word then stands for itself.
bool LinkerWords::read_file(StringRef word) {
  std::string terminated = word.str();
  llvm::sys::fs::file_status status;
  if (llvm::sys::fs::status(StringRef(terminated).drop_front(), status)) return false;
  llvm::BumpPtrAllocator memory;
  llvm::SmallVector<const char *, 0> words{terminated.c_str()};
  llvm::cl::ExpansionContext context(memory, llvm::cl::TokenizeGNUCommandLine);
  // Who reads a pipe takes its words away from the linker.
  bool is_read = llvm::sys::fs::is_regular_file(status);
  if (is_read) {
    if (auto error = context.expandResponseFiles(words)) {
      llvm::consumeError(std::move(error));
      is_read = false;
    }
  }
  if (!is_read) {
    pending_.reset();
    uncertain_words.push_back(terminated);
    return true;
  }
  ++open_files_;
  for (const char *inner : words) read(inner);
  --open_files_;
  return true;
}

void LinkerWords::read_option(StringRef word) {
  constexpr Linker linkers[] = {Linker::bfd, Linker::gold, Linker::lld, Linker::mold};
  LinkerReadings readings;
  bool is_uncertain = false;
  for (Linker candidate : linkers) {
    if (linker != Linker::unknown && candidate != linker) continue;
    LinkerReadings others = read_linker_option(word, candidate);
    if (readings.empty()) {
      // The first that knows the word. But what gold alone reads as a group of letters is somebody's misspelling.
      if (linker == Linker::unknown && others.size() > 1 && candidate != Linker::bfd) continue;
      readings = std::move(others);
    } else if (!others.empty()) {
      is_uncertain |= readings.size() != others.size() ||
                      !std::equal(readings.begin(), readings.end(), others.begin(),
                                  [](const auto &one, const auto &other) { return one.agrees_with(other); });
    }
  }
  if (is_uncertain || readings.empty()) uncertain_words.push_back(word.str());
  for (const LinkerReading &reading : readings) {
    if (!reading.takes_next) {
      apply(*reading.option, reading.value, word);
      continue;
    }
    pending_ = Pending{reading.option, shared};
    if (reading.option->effect == LinkerEffect::small_data) shared = true;
  }
}

void LinkerWords::apply(const LinkerOption &option, StringRef value, StringRef word) {
  LinkerEffect effect = option.effect;
  if (effect == LinkerEffect::none || apply_state(effect) || apply_kind(option, value, word) ||
      apply_input(effect, value, word))
    return;
  apply_symbols(effect, value, word);
}

bool LinkerWords::apply_state(LinkerEffect effect) {
  switch (effect) {
  case LinkerEffect::static_libraries: state_.static_only = true; return true;
  case LinkerEffect::dynamic_libraries: state_.static_only = false; return true;
  case LinkerEffect::as_needed: state_.as_needed = true; return true;
  case LinkerEffect::not_as_needed: state_.as_needed = false; return true;
  case LinkerEffect::whole_archive: state_.whole_archive = true; return true;
  case LinkerEffect::not_whole_archive: state_.whole_archive = false; return true;
  case LinkerEffect::push_state: saved_.push_back(state_); return true;
  case LinkerEffect::pop_state:
    if (saved_.empty()) return true;  // an error to the linker
    state_ = saved_.back();
    saved_.pop_back();
    return true;
  case LinkerEffect::start_lib: is_lazy_ = true; return true;
  case LinkerEffect::end_lib: is_lazy_ = false; return true;
  default: return false;
  }
}

bool LinkerWords::apply_kind(const LinkerOption &option, StringRef value, StringRef word) {
  switch (option.effect) {
  case LinkerEffect::asks: asks_only = true; return true;
  case LinkerEffect::shared: shared = true; return true;
  case LinkerEffect::executable:
    // The last one wins in GNU ld 2.40 and gold; lld refuses both together, and in mold a library stays one.
    if (shared && linker == Linker::unknown) uncertain_words.push_back(word.str());
    shared &= linker == Linker::mold;
    executable = true;
    return true;
  case LinkerEffect::relocatable: relocatable = true; return true;
  case LinkerEffect::output: output = value.str(); return true;
  case LinkerEffect::side_output:
    if (!value.empty()) side_outputs.push_back(option.name.str());
    return true;
  case LinkerEffect::output_format: raw_binary |= value == "binary"; return true;
  case LinkerEffect::no_program: no_program = word.str(); return true;
  case LinkerEffect::plugin_option:
    if (value == "emit-llvm" || value == "emit-asm" || value.starts_with("thinlto-index-only")) no_program = word.str();
    for (StringRef file : {"obj-path", "stats-file", "dwo_dir", "opt-remarks-filename"})
      if (value.starts_with((file + "=").str())) side_outputs.push_back(("plugin-opt=" + file).str());
    return true;
  case LinkerEffect::default_symver: default_symver = true; return true;
  case LinkerEffect::small_data: return true;
  default: return false;
  }
}

bool LinkerWords::apply_input(LinkerEffect effect, StringRef value, StringRef word) {
  switch (effect) {
  case LinkerEffect::library: add_library(value); return true;
  case LinkerEffect::directory: directories.push_back(value.str()); return true;
  case LinkerEffect::rpath:
  case LinkerEffect::rpath_link: append_folders(rpaths, value); return true;
  case LinkerEffect::just_symbols:
    // GNU ld's -R DIR is -rpath; -R FILE defines what FILE does, without linking it.
    if (llvm::sys::fs::is_directory(value))
      append_folders(rpaths, value);
    else
      uncertain_words.push_back(word.str());
    return true;
  case LinkerEffect::sysroot: sysroot = value.str(); return true;
  case LinkerEffect::input_format: is_data_ = value == "binary" || value == "srec" || value == "ihex"; return true;
  case LinkerEffect::unread: uncertain_words.push_back(word.str()); return true;
  default: return false;
  }
}

void LinkerWords::apply_symbols(LinkerEffect effect, StringRef value, StringRef word) {
  switch (effect) {
  case LinkerEffect::script:
  case LinkerEffect::default_script: scripts.push_back(value.str()); break;
  case LinkerEffect::version_script: version_scripts.push_back(value.str()); break;
  case LinkerEffect::wrap: wraps.push_back(value.str()); break;
  case LinkerEffect::defsym: {
    StringRef symbol = value.split('=').first.trim();
    if (is_malloc_name(symbol) && defines_malloc.empty()) defines_malloc = word.str();
    if (is_operator_name(symbol) && defines_operators.empty()) defines_operators = word.str();
    break;
  }
  default: break;
  }
}

}  // namespace cxx_alloc
