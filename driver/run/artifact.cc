// SPDX-License-Identifier: Apache-2.0
// What does the finished artifact say of its allocator? Whose definition the linker chose for a name stands in a note of our
// objects (runtime/chosen.h), what a program exports in its dynamic symbols: neither is lost where symbols are stripped.
#include "run/artifact.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/Object/ELF.h>
#include <llvm/Support/Endian.h>
#include <llvm/Support/MemoryBuffer.h>

namespace cxx_alloc {
namespace {

using namespace llvm::object;

/// Whose definitions were chosen. A program without our note tells nothing.
struct Chosen {
  bool users_malloc = false, users_operators = false;
};

/// What a program exports so that its libraries share its heap.
constexpr llvm::StringLiteral exported_family[] = {"malloc",   "free",           "calloc",       "realloc",
                                                   "memalign", "posix_memalign", "aligned_alloc"};

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

/// Calls `take` with each note of this owner. By section, not by segment: mold 1.10 puts notes that are aligned to 4
/// bytes and to 8 into one segment aligned to 8, in which no reader finds the next one.
template <class ELFT, class Take> void each_note(const ELFFile<ELFT> &file, llvm::StringRef owner, Take take) {
  auto sections = file.sections();
  if (!sections) return llvm::consumeError(sections.takeError());
  for (const auto &section : *sections) {
    if (section.sh_type != llvm::ELF::SHT_NOTE) continue;
    llvm::Error error = llvm::Error::success();
    for (const auto &note : file.notes(section, error))
      if (note.getName() == owner) take(note);
    llvm::consumeError(std::move(error));
  }
}

template <class ELFT> Chosen read_chosen(const ELFFile<ELFT> &file) {
  constexpr std::uint32_t malloc_type = 0xa110c8c7, operators_type = 0xa110c8c8;  // runtime/chosen.h
  Chosen chosen;
  each_note(file, "cxx-alloc-chosen", [&](const auto &note) {
    bool is_malloc = note.getType() == malloc_type;
    if (!is_malloc && note.getType() != operators_type) return;
    llvm::ArrayRef<std::uint8_t> distances = note.getDesc(4);
    for (; distances.size() >= 8; distances = distances.drop_front(8)) {
      auto distance = [&](unsigned at) { return llvm::support::endian::read32<ELFT::Endianness>(distances.data() + at); };
      if (distance(0) != distance(4) + 4) (is_malloc ? chosen.users_malloc : chosen.users_operators) = true;
    }
  });
  return chosen;
}

template <class ELFT> bool exports_family(const ELFFile<ELFT> &file) {
  llvm::StringSet<> exported;
  each_definition(file, llvm::ELF::SHT_DYNSYM, [&](const auto &, llvm::StringRef name) { exported.insert(name); });
  return llvm::all_of(exported_family, [&](llvm::StringRef name) { return exported.contains(name); });
}

template <class ELFT> Finding examine(const ELFFile<ELFT> &file, bool with_operators) {
  auto headers = file.program_headers();
  if (!headers) {
    llvm::consumeError(headers.takeError());
    return Finding::sound;
  }
  bool loads_libraries = false;  // a static-pie has a dynamic section too, but nobody to interpret it
  for (const auto &header : *headers) loads_libraries |= header.p_type == llvm::ELF::PT_INTERP;

  Chosen chosen = read_chosen(file);
  if (chosen.users_malloc) return Finding::user_malloc;
  if (loads_libraries && !exports_family(file)) return Finding::hidden_malloc;
  return with_operators && chosen.users_operators ? Finding::user_operators : Finding::sound;
}

template <class ELFT> void collect_requests(const ELFFile<ELFT> &file, std::vector<std::string> &found) {
  constexpr std::uint32_t request_type = 0xa110c8c6;  // <cxx_alloc/private/request.h>
  each_note(file, "cxx-alloc", [&](const auto &note) {
    if (note.getType() != request_type) return;
    llvm::StringRef text = llvm::toStringRef(note.getDesc(4)).take_until([](char c) { return c == '\0'; });
    if (!llvm::is_contained(found, text)) found.push_back(text.str());
  });
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
