// SPDX-License-Identifier: Apache-2.0
// The symbols of code that GCC has not compiled to the end, in the form that parse_table() of GCC's lto-plugin.c reads
// (GCC 4.5 to 15): name NUL comdat-key NUL kind visibility size[8] slot[4].
#include "inputs/scan_internal.h"

namespace cxx_alloc::scan {

bool scan_gcc_lto_table(Scanner &scanner, llvm::StringRef table, const Origin &origin, Wanted wanted) {
  enum Kind : unsigned char { defined = 0, weakly_defined = 1, undefined = 2, weakly_undefined = 3, common = 4 };
  constexpr size_t fixed_size = 1 + 1 + 8 + 4;
  while (!table.empty()) {
    size_t name_end = table.find('\0');
    size_t key_end = name_end == llvm::StringRef::npos ? name_end : table.find('\0', name_end + 1);
    if (key_end == llvm::StringRef::npos || table.size() - key_end - 1 < fixed_size) return false;
    llvm::StringRef name = table.take_front(name_end);
    auto kind = static_cast<unsigned char>(table[key_end + 1]);
    table = table.drop_front(key_end + 1 + fixed_size);
    SymbolKind symbol_kind = classify(name.begin(), name.end());
    bool is_defined = kind == defined || kind == weakly_defined || kind == common;
    if (symbol_kind == SymbolKind::request && is_defined) scanner.mark(name, origin);
    if (symbol_kind != SymbolKind::malloc && symbol_kind != SymbolKind::operators) continue;
    if (kind == undefined || kind == weakly_undefined)
      scanner.result.refers_to_operators |= wanted.references && symbol_kind == SymbolKind::operators;
    else if (wanted.definitions && is_defined)
      scanner.define(symbol_kind, name, origin);
  }
  return true;
}

}  // namespace cxx_alloc::scan
