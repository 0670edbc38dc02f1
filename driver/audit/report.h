// SPDX-License-Identifier: Apache-2.0
// What an audit found, and how it is told.
#pragma once

#include "audit/verdict.h"
#include "audit/walk.h"

#include <llvm/Support/raw_ostream.h>

namespace cxx_alloc::audit {

/// A library of some executable, for the page.
struct Library {
  std::string path, allocator;
};
/// A library in one executable.
struct Loaded {
  std::uint32_t library;  ///< in Report::libraries
  std::int32_t parent;    ///< who needs it, in the same list; -1: the executable
};

struct FileReport {
  std::string path;  ///< as it was named, or below the folder that was
  const Facts *facts = nullptr;
  Verdict verdict;
  std::vector<std::string> missing;  ///< libraries that the loader would not find
  std::vector<Loaded> loaded;        ///< for the page only
  std::uint32_t provider_at = 0;     ///< likewise: 1 for the first in `loaded`; 0 is the file itself
};

struct ProcessReport {
  unsigned long pid = 0;
  std::string path;  ///< of its executable
  std::string target;
  Verdict verdict;
  std::vector<Module> modules;
  std::vector<Unreadable> unreadable;  ///< what is mapped in it
};

struct Report {
  std::vector<FileReport> files;
  std::vector<ProcessReport> processes;
  std::vector<Unreadable> unreadable;
  std::vector<Library> libraries;
};

void print_text(llvm::raw_ostream &out, const Report &report);
void print_json(llvm::raw_ostream &out, const Report &report);
/// One page that needs nothing from outside.
void print_html(llvm::raw_ostream &out, const Report &report);

}  // namespace cxx_alloc::audit
