// SPDX-License-Identifier: Apache-2.0
// Is this library an allocator? By name for the message, by symbol for the truth.
#include "inputs/known_libraries.h"

#include "paths.h"

#include <llvm/ADT/STLExtras.h>

namespace cxx_alloc {
namespace {

struct Known {
  llvm::StringLiteral stem, allocator;
  bool replaces_malloc = true;  ///< for whoever links it by this name, if its symbols cannot be seen
};
/// Stems of library names: lib<stem>.so, lib<stem>_minimal.a, lib<stem>-debug.so.4 …
constexpr Known known_libraries[] = {
    {"jemalloc", "jemalloc"},
    {"tcmalloc", "tcmalloc"},
    {"mimalloc", "mimalloc"},
    {"snmalloc", "snmalloc"},
    {"rpmalloc", "rpmalloc"},
    {"hoard", "hoard"},
    {"tbbmalloc_proxy", "tbbmalloc"},
    {"tbbmalloc", "tbbmalloc", false},  // scalable_malloc only
    {"scudo", "scudo"},
    {"asan", "sanitizer"},
    {"tsan", "sanitizer"},
    {"lsan", "sanitizer"},
    {"hwasan", "sanitizer"},
    {"msan", "sanitizer"},
    {"clang_rt.scudo", "scudo"},
    {"clang_rt.asan", "sanitizer"},
    {"clang_rt.hwasan", "sanitizer"},
    {"clang_rt.lsan", "sanitizer"},
    {"clang_rt.memprof", "sanitizer"},
    {"clang_rt.msan", "sanitizer"},
    {"clang_rt.tsan", "sanitizer"},
    {"clang_rt.", "sanitizer", false},  // builtins, ubsan_standalone, profile …
    {"c_malloc_debug", "system"},
    {"memusage", "system", false},  // hands on to the malloc behind it
    {"dmalloc", "user"},
    {"dmallocxx", "user"},
    {"efence", "user"},
    {"duma", "user"},
    {"ptmalloc", "user"},
    {"ptmalloc2", "user"},
    {"ptmalloc3", "user"},
    {"nedmalloc", "user"},
    {"ltalloc", "user"},
    {"lltalloc", "user"},
    {"umem", "user"},
    {"mesh", "user"},
    {"hardened_malloc", "user"},
    {"dislocator", "user"},
    {"gwp_asan", "user", false},  // a part of Scudo
};

/// The row of a library with this name, without "lib" and what follows ".so" or ".a"; or null.
const Known *find_known(llvm::StringRef library) {
  auto found = llvm::find_if(known_libraries, [&](const Known &known) {
    llvm::StringRef rest = library;
    return rest.consume_front(known.stem) &&
           (rest.empty() || rest[0] == '_' || rest[0] == '-' || rest == "shim" || known.stem.ends_with("."));
  });
  return found == std::end(known_libraries) ? nullptr : found;
}

/// LLVM's runtimes come in parts, and malloc is in the one that is called like all of it.
bool replaces_malloc(const Known &known, llvm::StringRef library) {
  bool is_part = library.contains("_cxx") || library.contains("_static") || library.contains("-preinit");
  return known.replaces_malloc && !(known.stem.starts_with("clang_rt.") && is_part);
}

/// "tcmalloc_minimal" of "libtcmalloc_minimal.so.4"; empty when `file` is not named like a library.
llvm::StringRef library_stem(llvm::StringRef file) {
  llvm::StringRef name = file_name(file);
  if (!name.consume_front("lib")) return "";
  if (name.consume_back(".a")) return name;
  // What follows must be the end or a version: libclang_rt.asan-x86_64.so has an ".a", and libx.sort none.
  for (size_t at = name.find(".so"); at != llvm::StringRef::npos; at = name.find(".so", at + 1))
    if (at + 3 == name.size() || name[at + 3] == '.') return name.take_front(at);
  return "";
}

}  // namespace

llvm::StringRef allocator_of_library(llvm::StringRef file) {
  const Known *known = find_known(library_stem(file));
  return known ? llvm::StringRef(known->allocator) : llvm::StringRef();
}

bool promises_malloc(llvm::StringRef file) {
  llvm::StringRef stem = library_stem(file);
  const Known *known = find_known(stem);
  return known && replaces_malloc(*known, stem);
}

bool is_allocator_library(const LinkInput &input, const LibrarySearch &search) {
  llvm::StringRef name = input.name;
  bool by_file_name = input.kind == LinkInput::Kind::file || name.consume_front(":");
  llvm::StringRef stem = by_file_name ? library_stem(name) : name;
  const Known *known = find_known(stem);
  if (!known || !replaces_malloc(*known, stem)) return false;
  std::optional<std::string> file = find_link_input(input, search);
  if (!file) return true;  // the linker may know better where it is
  ScanResult scan = scan_link_inputs(LinkInput{LinkInput::Kind::file, *file, false}, search);
  return scan.malloc || scan.has_opaque_code;
}

}  // namespace cxx_alloc
