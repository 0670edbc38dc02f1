// SPDX-License-Identifier: Apache-2.0
// Is this library an allocator? By name for the message, by symbol for the truth.
#include "inputs/known_libraries.h"

#include "paths.h"

#include <llvm/ADT/STLExtras.h>

namespace cxx_alloc {
namespace {

/// Stems of library names: lib<stem>.so, lib<stem>_minimal.a, lib<stem>-debug.so.4 …
constexpr llvm::StringRef stems[] = {"jemalloc", "tcmalloc", "mimalloc", "snmalloc",        "tbbmalloc_proxy",
                                     "hoard",    "rpmalloc", "scudo",    "dmalloc",         "dmallocxx",
                                     "efence",   "duma",     "ptmalloc", "nedmalloc",       "ltalloc",
                                     "lltalloc", "umem",     "mesh",     "hardened_malloc", "c_malloc_debug",
                                     "asan",     "tsan",     "lsan",     "hwasan"};

/// "tcmalloc_minimal" of "libtcmalloc_minimal.so.4"; empty when `file` is not named like a library.
llvm::StringRef library_stem(llvm::StringRef file) {
  llvm::StringRef name = file_name(file);
  if (!name.consume_front("lib")) return "";
  size_t end = std::min(name.find(".so"), name.find(".a"));
  return end == llvm::StringRef::npos ? "" : name.take_front(end);
}

bool is_known(llvm::StringRef library) {
  return llvm::any_of(stems, [&](llvm::StringRef stem) {
    llvm::StringRef rest = library;
    return rest.consume_front(stem) && (rest.empty() || rest[0] == '_' || rest[0] == '-' || rest == "shim");
  });
}

}  // namespace

bool is_allocator_library(const LinkInput &input, const LibrarySearch &search) {
  llvm::StringRef name = input.name;
  bool by_file_name = input.kind == LinkInput::Kind::file || name.consume_front(":");
  if (!is_known(by_file_name ? library_stem(name) : name)) return false;
  std::optional<std::string> file = find_link_input(input, search);
  if (!file) return true;  // the linker may know better where it is
  ScanResult scan = scan_link_inputs(LinkInput{LinkInput::Kind::file, *file, false}, search);
  return scan.malloc || scan.has_opaque_code;
}

}  // namespace cxx_alloc
