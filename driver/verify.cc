// SPDX-License-Identifier: Apache-2.0
// Is the allocator in the finished executable whole? Our definitions are weak and the user's are strong, and all four
// linkers (bfd and gold 2.40, lld 22, mold 1.10) keep the difference in the output's symbol tables.
#include "verify.h"

#include "scan_internal.h"

#include <llvm/Object/ELF.h>
#include <llvm/Support/MemoryBuffer.h>

namespace cxx_alloc {
namespace {

using namespace llvm::object;

/// What the symbols of one table say.
struct Tally {
  bool our_malloc = false, our_free = false, our_realloc = false, our_calloc = false;
  bool users_malloc = false, users_operators = false;
  bool whole() const { return our_malloc && our_free && our_realloc && our_calloc; }
};

template <class ELFT> bool read_table(const ELFFile<ELFT> &file, unsigned table_type, Tally &tally) {
  auto sections = file.sections();
  if (!sections) {
    llvm::consumeError(sections.takeError());
    return false;
  }
  for (const auto &section : *sections) {
    if (section.sh_type != table_type) continue;
    auto symbols = file.symbols(&section);
    auto names = file.getStringTableForSymtab(section);
    if (!symbols || !names) {
      llvm::consumeError(symbols.takeError());
      llvm::consumeError(names.takeError());
      return false;
    }
    for (const auto &symbol : *symbols) {
      if (symbol.st_shndx == llvm::ELF::SHN_UNDEF || symbol.getBinding() == llvm::ELF::STB_LOCAL) continue;
      auto name = symbol.getName(*names);
      if (!name) {
        llvm::consumeError(name.takeError());
        continue;
      }
      bool ours = symbol.getBinding() == llvm::ELF::STB_WEAK;
      scan::SymbolKind kind = scan::classify_symbol_name(*name);
      if (kind == scan::SymbolKind::operators && !ours) tally.users_operators = true;
      if (kind != scan::SymbolKind::malloc) continue;
      if (!ours) tally.users_malloc = true;
      tally.our_malloc |= ours && *name == "malloc";
      tally.our_free |= ours && *name == "free";
      tally.our_calloc |= ours && *name == "calloc";
      tally.our_realloc |= ours && *name == "realloc";
    }
    return true;
  }
  return false;
}

template <class ELFT> Finding examine(llvm::StringRef bytes, bool with_operators) {
  auto file = ELFFile<ELFT>::create(bytes);
  if (!file) {
    llvm::consumeError(file.takeError());
    return Finding::sound;
  }
  auto headers = file->program_headers();
  if (!headers) {
    llvm::consumeError(headers.takeError());
    return Finding::sound;
  }
  bool loads_libraries = false;  // a static-pie has a dynamic section too, but nobody to interpret it
  for (const auto &header : *headers) loads_libraries |= header.p_type == llvm::ELF::PT_INTERP;

  Tally tally;
  bool read = read_table(*file, loads_libraries ? llvm::ELF::SHT_DYNSYM : llvm::ELF::SHT_SYMTAB, tally);
  if (tally.users_malloc) return Finding::user_malloc;
  if (loads_libraries && read && !tally.whole()) {
    // A program that exports nothing at all and hides its own malloc looks alike; its own symbol table tells.
    Tally all;
    if (read_table(*file, llvm::ELF::SHT_SYMTAB, all) && all.users_malloc) return Finding::user_malloc;
    return Finding::hidden_malloc;
  }
  if (with_operators && tally.users_operators) return Finding::user_operators;
  return Finding::sound;
}

}  // namespace

Finding examine_executable(llvm::StringRef path, bool with_operators) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer) return Finding::sound;
  llvm::StringRef bytes = (*buffer)->getBuffer();
  if (bytes.size() < llvm::ELF::EI_NIDENT || !bytes.starts_with("\177ELF")) return Finding::sound;
  bool wide = bytes[llvm::ELF::EI_CLASS] == llvm::ELF::ELFCLASS64;
  bool little = bytes[llvm::ELF::EI_DATA] == llvm::ELF::ELFDATA2LSB;
  if (wide) return little ? examine<ELF64LE>(bytes, with_operators) : examine<ELF64BE>(bytes, with_operators);
  return little ? examine<ELF32LE>(bytes, with_operators) : examine<ELF32BE>(bytes, with_operators);
}

}  // namespace cxx_alloc
