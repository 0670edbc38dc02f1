// SPDX-License-Identifier: Apache-2.0
// Which symbol names make an allocator, and which libraries may define them without being one? Every global symbol
// of a link passes here, so names are matched by their grammar and not looked up.
#include "inputs/scan_internal.h"

#include "paths.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/Twine.h>

namespace cxx_alloc::scan {

namespace {

constexpr llvm::StringLiteral malloc_family[] = {
    "malloc", "calloc", "realloc", "free", "cfree", "posix_memalign", "aligned_alloc", "memalign", "valloc", "pvalloc",
    "malloc_usable_size", "free_sized", "free_aligned_sized"};

// The 20 replaceable forms, [new.delete]; the size is `m` (unsigned long) or, on 32-bit targets, `j` (unsigned int).
// Placement new, `_ZnwmPv`, is not replaceable.
bool is_replaceable_operator(llvm::StringRef name) {
  bool is_new = name.consume_front("_Znw") || name.consume_front("_Zna");
  if (is_new) {
    if (!name.consume_front("m") && !name.consume_front("j"))
      return false;
  } else if (!name.consume_front("_ZdlPv") && !name.consume_front("_ZdaPv")) {
    return false;
  }
  bool is_sized_delete = !is_new && (name.consume_front("m") || name.consume_front("j"));
  if (name.empty() || name == "St11align_val_t")
    return true;
  return !is_sized_delete && (name == "RKSt9nothrow_t" || name == "St11align_val_tRKSt9nothrow_t");
}

}  // namespace

SymbolKind classify_symbol_name(llvm::StringRef text) {
  constexpr std::size_t longest = sizeof("_ZnwmSt11align_val_tRKSt9nothrow_t");
  text = text.take_front(longest);
  llvm::StringRef name = text.take_until([](char c) { return c == '\0' || c == '@'; });
  if (name.starts_with("_Z"))
    return is_replaceable_operator(name) ? SymbolKind::operators : SymbolKind::other;
  if (name == "__gnu_lto_slim")
    return SymbolKind::slim_lto;
  if (name.starts_with(marker_prefix))
    return SymbolKind::marker;
  return llvm::is_contained(malloc_family, name) ? SymbolKind::malloc : SymbolKind::other;
}

const std::vector<std::string> &allocator_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> names(std::begin(malloc_family), std::end(malloc_family));
    for (const char *size : {"m", "j"})
      for (const char *form : {"w", "a"})
        for (const char *rest : {"", "RKSt9nothrow_t", "St11align_val_t", "St11align_val_tRKSt9nothrow_t"})
          names.push_back(std::string("_Zn") + form + size + rest);
    for (const char *form : {"l", "a"})
      for (const char *rest : {"", "m", "j", "RKSt9nothrow_t", "St11align_val_t", "mSt11align_val_t",
                               "jSt11align_val_t", "St11align_val_tRKSt9nothrow_t"})
        names.push_back(std::string("_Zd") + form + "Pv" + rest);
    return names;
  }();
  return names;
}

bool is_runtime_name(llvm::StringRef name) { return name == "cxx_alloc_provider" || name == "cxx_alloc_operator_new"; }

bool is_language_runtime(llvm::StringRef file) {
  llvm::StringRef name = file_name(file);
  // libc: glibc's and musl's; ld-linux-x86-64.so.2, ld64.so.2, ld-musl-x86_64.so.1, ld-2.31.so and ld.so.1 are loaders.
  if (name == "libc.a" || name == "libc_nonshared.a" || name.starts_with("libc.so") || name.starts_with("libc.musl-"))
    return true;
  if ((name.starts_with("libc-2.") || name.starts_with("ld-") || name.starts_with("ld64.so") ||
       name.starts_with("ld.so")) && name.contains(".so"))
    return true;
  // The C++ runtimes: libstdc++.so.6, libstdc++_nonshared.a, libc++.a, libc++abi.so.1, libcxxrt.so.1, libgcc_eh.a.
  if (name.starts_with("libstdc++") || name.starts_with("libsupc++") || name.starts_with("libcxxrt."))
    return true;
  if (name.starts_with("libc++.") || name.starts_with("libc++abi.") || name.starts_with("libc++_static."))
    return true;
  return name.starts_with("libgcc.") || name.starts_with("libgcc_");
}

namespace {

std::string spelled(const Origin &origin) {
  return origin.member.empty() ? origin.file.str() : (origin.file + "(" + origin.member + ")").str();
}

}  // namespace

void Scanner::define(SymbolKind kind, llvm::StringRef symbol, const Origin &origin) {
  bool is_malloc = kind == SymbolKind::malloc;
  std::optional<Definition> &definition = is_malloc ? result.malloc : result.operators;
  // What a dependency does with its own operators is none of this link's business.
  if (definition || (!is_malloc && !needed_by.empty()))
    return;
  std::string file = spelled(origin);
  bool is_certain = origin.member.empty() && !input_is_lazy;
  definition = {symbol.take_until([](char c) { return c == '\0' || c == '@'; }).str(), std::move(file), needed_by, is_certain};
  (is_malloc ? malloc_index : operators_index) = input_index;
}

void Scanner::mark(llvm::StringRef symbol, const Origin &origin) {
  llvm::StringRef allocator = symbol.drop_front(marker_prefix.size()).take_until([](char c) { return c == '\0'; });
  bool is_linked = origin.member.empty() && !input_is_lazy;
  markers.try_emplace({allocator.str(), is_linked}, input_index, spelled(origin));
}

void Scanner::note_machine(std::uint16_t machine) {
  if (result.elf_machine)
    return;
  result.elf_machine = machine;
  machine_index = input_index;
}

void Scanner::merge(Scanner other) {
  auto take_earlier = [](auto &ours, std::size_t &our_index, auto &theirs, std::size_t their_index) {
    if (!theirs || (ours && our_index < their_index))
      return;
    ours = std::move(theirs);
    our_index = their_index;
  };
  take_earlier(result.malloc, malloc_index, other.result.malloc, other.malloc_index);
  take_earlier(result.operators, operators_index, other.result.operators, other.operators_index);
  take_earlier(result.elf_machine, machine_index, other.result.elf_machine, other.machine_index);
  result.could_open_all &= other.result.could_open_all;
  for (auto &[key, found] : other.markers) {
    auto [ours, is_new] = markers.try_emplace(key, found);
    if (!is_new && found.first < ours->second.first)
      ours->second = std::move(found);
  }
  needed.insert(needed.end(), other.needed.begin(), other.needed.end());
  if (!result.carrier)
    result.carrier = std::move(other.result.carrier);
  result.refers_to_operators |= other.result.refers_to_operators;
  result.has_opaque_code |= other.result.has_opaque_code;
  indexed_archives.insert(indexed_archives.end(), other.indexed_archives.begin(), other.indexed_archives.end());
}

}  // namespace cxx_alloc::scan

namespace cxx_alloc {

bool is_malloc_function(llvm::StringRef symbol) {
  return scan::classify_symbol_name(symbol) == scan::SymbolKind::malloc;
}

}  // namespace cxx_alloc
