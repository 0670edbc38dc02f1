// SPDX-License-Identifier: Apache-2.0
// One ELF file, as the loader sees it: program headers, the dynamic section, notes, symbols. No section headers are
// needed, for a program runs without them. Pieces are read with pread: most of a file is never touched, and a file that
// somebody cuts off meanwhile is a failed read, where a mapping would be SIGBUS. Every number in the file may be a lie.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/ADT/StringRef.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cxx_alloc {

struct ElfSegment {
  std::uint32_t type = 0, flags = 0;
  std::uint64_t offset = 0, address = 0, size = 0;  ///< in bytes; `size` in the file
};

struct ElfSymbol {
  std::uint32_t name = 0;  ///< offset in the string table
  unsigned char binding = 0, type = 0, visibility = 0;
  bool defined = false;
  std::uint64_t value = 0;
};

/// A part of the file.
struct ElfRange {
  std::uint64_t offset = 0, size = 0;
  explicit operator bool() const { return size != 0; }
};

struct ElfNote {
  std::uint32_t type = 0;
  llvm::StringRef text;  ///< the description
};

class ElfImage {
public:
  enum class State { sound, not_elf, broken };

  /// Reads the headers of the file open as `descriptor`, which must stay open as long as the image is used.
  explicit ElfImage(int descriptor);

  State state = State::broken;
  std::string problem;  ///< what is wrong with a broken file
  bool is_wide = false, is_little = true;
  std::uint8_t os_abi = 0;
  std::uint16_t type = 0, machine = 0;
  std::uint64_t file_size = 0, entry = 0;
  std::vector<ElfSegment> segments;

  /// The value of the first entry of the dynamic section with this tag.
  std::optional<std::uint64_t> dynamic_value(std::int64_t tag) const;
  /// The strings that all entries with this tag name, up to 4096 bytes each.
  std::vector<std::string> dynamic_strings(std::int64_t tag) const;
  bool has_dynamic_section() const { return !dynamic_.empty(); }

  const ElfSegment *find_segment(std::uint32_t segment_type) const;
  std::string interpreter() const;

  /// Calls `take` with each note of this owner, wherever it lies in a note segment or, where the file has section
  /// headers, in a note section. A linker script may have made neither: then in all that is loaded.
  void each_note(llvm::StringRef owner, llvm::function_ref<void(const ElfNote &)> take) const;

  /// Calls `take` with each entry of our notes of chosen definitions, of the type `chosen`: its place in the list of
  /// functions, and whether the linker chose the definition that stands beside the note. Two distances of 4 bytes, of
  /// one place and of the next (runtime/chosen.h).
  void each_choice(std::uint32_t chosen, llvm::function_ref<void(size_t entry, bool is_ours)> take) const;

  /// The tables of what is exported and imported.
  ElfRange dynamic_symbols() const;
  ElfRange dynamic_names() const;
  /// Two bytes for each of them: its version. Empty where nothing has one.
  ElfRange dynamic_versions() const;
  /// The tables of all symbols, which `strip` removes; found by the section headers.
  struct Tables {
    ElfRange symbols, names;
  };
  Tables all_symbols() const;
  /// The file holds what `objcopy --only-keep-debug` leaves: headers of segments that are elsewhere.
  bool is_debug_file() const;

  /// Calls `take` with each symbol of the table.
  void each_symbol(ElfRange symbols, llvm::function_ref<void(const ElfSymbol &)> take) const;

  /// Calls `take` with pieces of the range, and the offset in the file of each. A piece begins with the last `overlap`
  /// bytes of the one before. Ends early when `take` returns false or the file is shorter than it said.
  void each_piece(ElfRange range, size_t overlap,
                  llvm::function_ref<bool(llvm::StringRef piece, std::uint64_t offset)> take) const;

  /// Fills `bytes` from `offset`; false if the file has not so many.
  bool read(std::uint64_t offset, llvm::MutableArrayRef<char> bytes) const;
  /// The bytes of `range`, of which the file must hold all; or none.
  std::string bytes_of(ElfRange range) const;
  /// The number of 1, 2, 4 or 8 bytes at `at`, in the file's byte order.
  std::uint64_t number(const char *at, unsigned size) const;

private:
  struct Section {
    std::uint32_t type = 0, link = 0;
    std::uint64_t flags = 0;
    ElfRange range;
  };
  void read_headers();
  void read_dynamic();
  void read_sections();
  std::optional<std::uint64_t> offset_of(std::uint64_t address) const;
  std::optional<std::uint64_t> count_dynamic_symbols() const;
  std::optional<std::uint64_t> count_by_gnu_hash(std::uint64_t offset) const;
  std::optional<std::uint64_t> number_at(std::uint64_t offset, unsigned size) const;
  void notes_in(llvm::StringRef bytes, llvm::StringRef owner, llvm::function_ref<void(const ElfNote &)> take) const;
  unsigned word() const { return is_wide ? 8 : 4; }
  unsigned symbol_size() const { return is_wide ? 24 : 16; }

  int descriptor_;
  struct DynamicEntry {
    std::int64_t tag;
    std::uint64_t value;
  };
  std::vector<DynamicEntry> dynamic_;
  std::vector<Section> sections_;
  std::uint64_t section_offset_ = 0;
  std::uint16_t section_size_ = 0, section_count_ = 0;
  std::string head_;  ///< the first bytes, read at once
};

}  // namespace cxx_alloc
