// SPDX-License-Identifier: Apache-2.0
// What do the readers of the scan share? One way to read pieces of a hostile file, and one place where findings go.
// Only the tables that name symbols are read, with pread into buffers that are used again: a link has thousands of
// objects, most of their bytes are code and debug information, and mapping each costs more than its symbols do.
#pragma once

#include "descriptor.h"
#include "inputs/scan.h"

#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/ADT/StringSet.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cxx_alloc::scan {

/// What a symbol's name says about it.
enum class SymbolKind { other, malloc, operators, slim_lto, request };

/// True for names by which a program gets at the C library's heap past malloc: __libc_memalign, dlsym.
bool is_libc_heap_name(llvm::StringRef name);

/// Classifies the name that begins `text`, up to a NUL or an '@' (the version that .symver adds) or the end.
SymbolKind classify_symbol_name(llvm::StringRef text);

/// Every name that is SymbolKind::malloc or SymbolKind::operators.
const std::vector<std::string> &allocator_names();

/// As classify_symbol_name(), inlined for the names that cannot matter: nearly all of them.
inline SymbolKind classify(const char *begin, const char *end) {
  if (end - begin < 4) return SymbolKind::other;
  switch (begin[0]) {
  case '_':
    if (begin[1] == 'Z' ? (begin[2] != 'n' && begin[2] != 'd') : (begin[1] != '_' || begin[2] != 'g'))
      return SymbolKind::other;
    break;
  case 'm':
  case 'c':
  case 'r':
  case 'f':
  case 'p':
  case 'a':
  case 'v': break;
  default: return SymbolKind::other;
  }
  return classify_symbol_name({begin, static_cast<size_t>(end - begin)});
}

/// What the name of a request begins with; the rest is the allocator's name.
inline constexpr llvm::StringLiteral request_prefix = "cxx_alloc_use_";

/// True for a name that runtime objects of ours define, and nothing else does.
bool is_runtime_name(llvm::StringRef name);

/// The allocator of a runtime that an archive carries, by the name that says so (allocators/interface.py), or empty.
llvm::StringRef carried_allocator(llvm::StringRef name);

/// True for the libraries that define malloc or the operators for everybody: libc, its loader, the C++ runtimes.
bool is_language_runtime(llvm::StringRef file);

using Buffer = llvm::SmallVector<char, 0>;

/// A regular file, or one member of an archive.
struct Bytes {
  int descriptor = -1;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;  ///< of an ELF object more than it has: a read beyond the end fails
  llvm::StringRef head;    ///< the first bytes, read already

  Bytes slice(std::uint64_t from, std::uint64_t length) const;
};

/// Reads `size` bytes from `offset`, out of the head or into `buffer`. Nothing, if the file has not so many.
std::optional<llvm::StringRef> read_bytes(const Bytes &bytes, std::uint64_t offset, std::uint64_t size, Buffer &buffer);

/// `bytes` with its head read, into `head` if need be. Nothing, if the file is shorter than it said.
std::optional<Bytes> with_head(Bytes bytes, Buffer &head);

/// A file that closes itself. Its slices do not.
struct OpenFile : Bytes {
  Descriptor owner;
};

/// Opens the regular file `path` and reads its head into `head`; anything that is not a regular file stays unopened.
std::optional<OpenFile> open_input(const char *path, Buffer &head);

/// Where a symbol stands: a file, and the member if the file is an archive.
struct Origin {
  llvm::StringRef file;
  llvm::StringRef member;
};

/// What a shared library loads with it.
struct Needed {
  std::string by;                        ///< the shared library on the link line
  std::vector<std::string> names;        ///< DT_NEEDED, the language's runtimes left out
  std::vector<std::string> directories;  ///< DT_RUNPATH and DT_RPATH
};

/// Everything one scan carries along: what it found, and buffers that are used again.
struct Scanner {
  LibrarySearch search;
  ScanResult result;
  size_t input_index = 0;  ///< of the input being read, so that "the first" does not depend on threads
  size_t operators_index = 0, machine_index = 0;
  /// Each function of malloc's family that an input defines: (input, how many were found before it), and the first
  /// definition.
  using Found = std::pair<std::pair<size_t, size_t>, Definition>;
  std::map<std::string, Found> family;
  std::map<std::pair<std::string, bool>, std::pair<size_t, std::string>>
      requests;     ///< (allocator, linked) → (input, file)
  LinkInput input;  ///< the one being read
  std::vector<Needed> needed;
  std::string needed_by;   ///< the shared library on the link line whose dependency is being read, or empty
  llvm::StringSet<> seen;  ///< paths read already: archives repeat on link lines, scripts may be cyclic
  std::vector<std::string> indexed_archives;  ///< their members are read only if nothing else refers to operators
  Buffer head, member_head, sections, symbols, strings, names;

  void define(SymbolKind kind, llvm::StringRef symbol, const Origin &origin);
  /// A file that calls the C library's heap by its own names: what it defines of malloc's family is no mere shim.
  void note_libc_heap(const Origin &origin);
  void mark(llvm::StringRef symbol, const Origin &origin);
  void note_format(const ElfFormat &format);
  void merge(Scanner other);
  bool defines_heap() const;
  bool is_surely_linked(const Origin &origin) const;
  /// Fills `result` from what was collected.
  void finish();
};

/// What a reader shall look for.
struct Wanted {
  bool definitions = true;
  bool references = true;
};

// Each reader returns false if the input held code that could not be read.
bool scan_elf(Scanner &scanner, const Bytes &bytes, const Origin &origin, Wanted wanted);
bool scan_bitcode(Scanner &scanner, const Bytes &bytes, const Origin &origin, Wanted wanted);
/// `table`: the section .gnu.lto_.symtab of an object.
bool scan_gcc_lto_table(Scanner &scanner, llvm::StringRef table, const Origin &origin, Wanted wanted);
bool scan_archive(Scanner &scanner, const Bytes &bytes, const Origin &origin);
bool scan_archive_members(Scanner &scanner, const Bytes &bytes, const Origin &origin, Wanted wanted);

/// Reads an object, ELF or bitcode, by its magic; true for what is neither.
bool scan_object(Scanner &scanner, const Bytes &bytes, const Origin &origin, Wanted wanted);

bool is_archive(llvm::StringRef head);
bool is_elf(llvm::StringRef head);

/// The head of the first member that is an object, or nothing; `buffer` holds it.
llvm::StringRef read_first_member(const Bytes &archive, Buffer &buffer);

/// What matters in a linker script.
struct LinkerScript {
  std::vector<std::string> inputs;
  std::vector<std::string> search_directories;
  std::vector<std::string> assigned_symbols;  ///< `malloc = my_malloc;`
  std::string output_format;
  std::vector<std::string> versions;  ///< the text of VERSION blocks, without their braces
  bool has_sections = false;
  bool is_understood = true;  ///< no command that the reader does not know
};

/// Reads a linker script. What it does not know is skipped, statement by statement.
LinkerScript parse_linker_script(llvm::StringRef text);

}  // namespace cxx_alloc::scan
