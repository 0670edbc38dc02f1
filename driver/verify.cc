// SPDX-License-Identifier: Apache-2.0
// What does the finished artifact say of its allocator? Is the one in an executable whole? Our definitions are weak and the user's are strong, and all four
// linkers (bfd and gold 2.40, lld 22, mold 1.10) keep the difference in the output's symbol tables.
#include "verify.h"

#include "scan_internal.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
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

/// Calls `take` with each global definition in the table of this type, SHT_DYNSYM or SHT_SYMTAB; false without one.
template <class ELFT, class Take> bool each_definition(const ELFFile<ELFT> &file, unsigned table_type, Take take) {
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
      if (name)
        take(symbol, *name);
      else
        llvm::consumeError(name.takeError());
    }
    return true;
  }
  return false;
}

template <class ELFT> bool read_table(const ELFFile<ELFT> &file, unsigned table_type, Tally &tally) {
  return each_definition(file, table_type, [&](const auto &symbol, llvm::StringRef name) {
    bool ours = symbol.getBinding() == llvm::ELF::STB_WEAK;
    scan::SymbolKind kind = scan::classify_symbol_name(name);
    if (kind == scan::SymbolKind::operators && !ours) tally.users_operators = true;
    if (kind != scan::SymbolKind::malloc) return;
    if (!ours) tally.users_malloc = true;
    tally.our_malloc |= ours && name == "malloc";
    tally.our_free |= ours && name == "free";
    tally.our_calloc |= ours && name == "calloc";
    tally.our_realloc |= ours && name == "realloc";
  });
}

template <class ELFT> Finding examine(const ELFFile<ELFT> &file, bool with_operators) {
  auto headers = file.program_headers();
  if (!headers) {
    llvm::consumeError(headers.takeError());
    return Finding::sound;
  }
  bool loads_libraries = false;  // a static-pie has a dynamic section too, but nobody to interpret it
  for (const auto &header : *headers) loads_libraries |= header.p_type == llvm::ELF::PT_INTERP;

  Tally tally;
  bool read = read_table(file, loads_libraries ? llvm::ELF::SHT_DYNSYM : llvm::ELF::SHT_SYMTAB, tally);
  if (tally.users_malloc) return Finding::user_malloc;
  if (loads_libraries && read && !tally.whole()) {
    // A program that exports nothing at all and hides its own malloc looks alike; its own symbol table tells.
    Tally all;
    if (read_table(file, llvm::ELF::SHT_SYMTAB, all) && all.users_malloc) return Finding::user_malloc;
    return Finding::hidden_malloc;
  }
  if (with_operators && tally.users_operators) return Finding::user_operators;
  return Finding::sound;
}

/// The owner and type of the notes in <cxx_alloc/private/request.h>.
constexpr llvm::StringLiteral request_owner = "cxx-alloc";
constexpr unsigned request_type = 0xa110c8c6;

// By section, not by segment: mold 1.10 puts notes that are aligned to 4 bytes and to 8 into one segment aligned to 8,
// in which no reader finds the next one.
template <class ELFT> void collect_requests(const ELFFile<ELFT> &file, std::vector<std::string> &found) {
  auto sections = file.sections();
  if (!sections) return llvm::consumeError(sections.takeError());
  for (const auto &section : *sections) {
    if (section.sh_type != llvm::ELF::SHT_NOTE) continue;
    llvm::Error error = llvm::Error::success();
    for (const auto &note : file.notes(section, error)) {
      if (note.getName() != request_owner || note.getType() != request_type) continue;
      llvm::StringRef text = llvm::toStringRef(note.getDesc(4)).take_until([](char c) { return c == '\0'; });
      if (!llvm::is_contained(found, text)) found.push_back(text.str());
    }
    llvm::consumeError(std::move(error));
  }
}

/// Calls `read` with the ELFFile in `path`, if there is one.
template <class Read> void with_elf_file(llvm::StringRef path, Read read) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer) return;
  llvm::StringRef bytes = (*buffer)->getBuffer();
  if (bytes.size() < llvm::ELF::EI_NIDENT || !bytes.starts_with("\177ELF")) return;
  auto open = [&](auto type) {
    auto file = ELFFile<decltype(type)>::create(bytes);
    if (file)
      read(*file);
    else
      llvm::consumeError(file.takeError());
  };
  bool wide = bytes[llvm::ELF::EI_CLASS] == llvm::ELF::ELFCLASS64;
  bool little = bytes[llvm::ELF::EI_DATA] == llvm::ELF::ELFDATA2LSB;
  if (wide)
    little ? open(ELF64LE()) : open(ELF64BE());
  else
    little ? open(ELF32LE()) : open(ELF32BE());
}

}  // namespace

Finding examine_executable(llvm::StringRef path, bool with_operators) {
  Finding finding = Finding::sound;
  with_elf_file(path, [&](const auto &file) { finding = examine(file, with_operators); });
  return finding;
}

std::vector<std::string> read_requests(llvm::StringRef path) {
  std::vector<std::string> found;
  with_elf_file(path, [&](const auto &file) { collect_requests(file, found); });
  return found;
}

std::vector<std::string> exported_functions(llvm::StringRef path) {
  std::vector<std::string> names;
  with_elf_file(path, [&](const auto &file) {
    each_definition(file, llvm::ELF::SHT_DYNSYM, [&](const auto &symbol, llvm::StringRef name) {
      if (symbol.getType() == llvm::ELF::STT_FUNC) names.push_back(name.str());
    });
  });
  return names;
}

}  // namespace cxx_alloc
