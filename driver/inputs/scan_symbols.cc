// SPDX-License-Identifier: Apache-2.0
// Which symbol names make an allocator, and which libraries may define them without being one? Every global symbol
// of a link passes here, so names are matched by their grammar and not looked up.
#include "inputs/scan_internal.h"

#include "paths.h"
#include "words/symbol_names.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/Twine.h>

namespace cxx_alloc::scan {

SymbolKind classify_symbol_name(llvm::StringRef text) {
  constexpr size_t longest = sizeof("_ZnwmSt11align_val_tRKSt9nothrow_t");
  text = text.take_front(longest);
  llvm::StringRef name = text.take_until([](char c) { return c == '\0' || c == '@'; });
  if (name.starts_with("_Z")) return is_operator_name(name) ? SymbolKind::operators : SymbolKind::other;
  if (name == "__gnu_lto_slim") return SymbolKind::slim_lto;
  if (name.starts_with(request_prefix)) return SymbolKind::request;
  return is_malloc_name(name) ? SymbolKind::malloc : SymbolKind::other;
}

const std::vector<std::string> &allocator_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> names;
    for (const MallocFunction &function : malloc_family()) names.push_back(function.name.str());
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

llvm::StringRef carried_allocator(llvm::StringRef name) { return name.consume_front("cxx_alloc_carries_") ? name : ""; }

bool is_runtime_name(llvm::StringRef name) {
  return name == "cxx_alloc_provider" || name == "cxx_alloc_operator_new" || !carried_allocator(name).empty();
}

bool is_libc_heap_name(llvm::StringRef name) {
  if (name == "dlsym" || name == "dlvsym") return true;
  return name.consume_front("__libc_") ? is_malloc_name(name) : name == "__posix_memalign";
}

bool is_language_runtime(llvm::StringRef file) {
  llvm::StringRef name = file_name(file);
  // libc: glibc's and musl's; ld-linux-x86-64.so.2, ld64.so.2, ld-musl-x86_64.so.1, ld-2.31.so and ld.so.1 are loaders.
  if (name == "libc.a" || name == "libc_nonshared.a" || name.starts_with("libc.so") || name.starts_with("libc.musl-"))
    return true;
  if ((name.starts_with("libc-2.") || name.starts_with("ld-") || name.starts_with("ld64.so") ||
       name.starts_with("ld.so")) &&
      name.contains(".so"))
    return true;
  // The C++ runtimes: libstdc++.so.6, libstdc++_nonshared.a, libc++.a, libc++abi.so.1, libcxxrt.so.1, libgcc_eh.a.
  if (name.starts_with("libstdc++") || name.starts_with("libsupc++") || name.starts_with("libcxxrt.")) return true;
  if (name.starts_with("libc++.") || name.starts_with("libc++abi.") || name.starts_with("libc++_static.")) return true;
  return name.starts_with("libgcc.") || name.starts_with("libgcc_");
}

namespace {

std::string spelled(const Origin &origin) {
  return origin.member.empty() ? origin.file.str() : (origin.file + "(" + origin.member + ")").str();
}

}  // namespace

bool Scanner::is_surely_linked(const Origin &origin) const {
  return !input.is_lazy && (origin.member.empty() || input.whole_archive);
}

void Scanner::define(SymbolKind kind, llvm::StringRef symbol, const Origin &origin) {
  bool is_malloc = kind == SymbolKind::malloc;
  // What a dependency does with its own operators is none of this link's business.
  if (!is_malloc && (result.operators || !needed_by.empty())) return;
  Definition found{.symbol = symbol.take_until([](char c) { return c == '\0' || c == '@'; }).str(),
                   .file = spelled(origin),
                   .via = needed_by,
                   .is_certain = is_surely_linked(origin)};
  if (is_malloc) {
    std::pair<size_t, size_t> place(input_index, family.size());
    auto [known, is_new] = family.try_emplace(found.symbol, place, found);
    if (!is_new) known->second.second.is_certain |= found.is_certain;
    return;
  }
  result.operators = std::move(found);
  operators_index = input_index;
}

void Scanner::note_libc_heap(const Origin &origin) {
  std::string file = spelled(origin);
  for (auto &[name, found] : family) found.second.uses_libc_heap |= found.second.file == file;
}

bool Scanner::defines_heap() const {
  return llvm::any_of(family, [](const auto &entry) {
    return entry.second.second.uses_libc_heap || find_malloc_function(entry.first)->role == MallocFunction::Role::heap;
  });
}

void Scanner::finish() {
  const Found *first = nullptr;
  bool is_certain = false;
  for (const auto &[name, found] : family) {
    bool is_heap = found.second.uses_libc_heap || find_malloc_function(name)->role == MallocFunction::Role::heap;
    if (!is_heap) {
      result.shims.push_back(found.second);
      continue;
    }
    is_certain |= found.second.is_certain;
    if (!first || found.first < first->first) first = &found;
  }
  if (first) {
    // Of all that its file defines, malloc says most.
    if (auto best = family.find("malloc"); best != family.end() && best->second.second.file == first->second.file)
      first = &best->second;
    result.malloc = first->second;
    result.malloc->is_certain = is_certain;
  }
  for (const auto &[key, found] : requests) result.requests.push_back({key.first, found.second, key.second});
}

void Scanner::mark(llvm::StringRef symbol, const Origin &origin) {
  llvm::StringRef allocator = symbol.drop_front(request_prefix.size()).take_until([](char c) { return c == '\0'; });
  requests.try_emplace({allocator.str(), is_surely_linked(origin)}, input_index, spelled(origin));
}

void Scanner::note_format(const ElfFormat &format) {
  if (result.elf_format) return;
  result.elf_format = format;
  machine_index = input_index;
}

void Scanner::merge(Scanner other) {
  auto take_earlier = [](auto &ours, size_t &our_index, auto &theirs, size_t their_index) {
    if (!theirs || (ours && our_index < their_index)) return;
    ours = std::move(theirs);
    our_index = their_index;
  };
  for (auto &[name, found] : other.family) {
    auto [ours, is_new] = family.try_emplace(name, found);
    bool is_certain = ours->second.second.is_certain || found.second.is_certain;
    if (!is_new && found.first < ours->second.first) ours->second = std::move(found);
    ours->second.second.is_certain = is_certain;
  }
  take_earlier(result.operators, operators_index, other.result.operators, other.operators_index);
  take_earlier(result.elf_format, machine_index, other.result.elf_format, other.machine_index);
  result.could_open_all &= other.result.could_open_all;
  for (auto &[key, found] : other.requests) {
    auto [ours, is_new] = requests.try_emplace(key, found);
    if (!is_new && found.first < ours->second.first) ours->second = std::move(found);
  }
  needed.insert(needed.end(), other.needed.begin(), other.needed.end());
  if (!result.carrier) result.carrier = std::move(other.result.carrier);
  result.refers_to_operators |= other.result.refers_to_operators;
  result.has_opaque_code |= other.result.has_opaque_code;
  result.has_lto_code |= other.result.has_lto_code;
  indexed_archives.insert(indexed_archives.end(), other.indexed_archives.begin(), other.indexed_archives.end());
}

}  // namespace cxx_alloc::scan
