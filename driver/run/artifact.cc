// SPDX-License-Identifier: Apache-2.0
// What a finished artifact tells of its allocator. Whose definition the linker chose for a name stands in a note of our
// objects (runtime/chosen.h), what a program exports in its dynamic symbols: neither is lost where symbols are stripped.
// Where a linker script has thrown the note away, the symbol table is asked, if there is one.
#include "run/artifact.h"

#include "inputs/note_types.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/Object/ELF.h>
#include <llvm/Support/Endian.h>
#include <llvm/Support/MemoryBuffer.h>

#include <optional>

namespace cxx_alloc {
namespace {

using namespace llvm::object;
using llvm::StringRef;

/// What a program exports so that its libraries share its heap.
constexpr llvm::StringLiteral exported_family[] = {"malloc",   "free",           "calloc",       "realloc",
                                                   "memalign", "posix_memalign", "aligned_alloc"};

/// The entries of the note of chosen definitions that are a heap's own; null for those that may be the user's alone: what
/// a compatibility shim builds upon the rest of the family.
constexpr const char *core_functions[] = {"malloc", "calloc", "realloc", "free", nullptr,
                                          nullptr,  nullptr,  nullptr,   "malloc_usable_size"};

Answer answer(bool yes) { return yes ? Answer::yes : Answer::no; }

/// Gives the value of `expected`, or nothing.
template <class T> std::optional<T> get(llvm::Expected<T> expected) {
  if (expected) return std::move(*expected);
  llvm::consumeError(expected.takeError());
  return std::nullopt;
}

template <class ELFT> class Reader {
public:
  explicit Reader(const ELFFile<ELFT> &file) : file_(file) {}

  Evidence read() {
    Evidence evidence;
    auto headers = get(file_.program_headers());
    if (!headers) return evidence;
    headers_ = *headers;
    evidence.is_written = true;
    evidence.output = kind();
    read_notes(evidence);
    read_symbols();
    if (evidence.malloc_is_users == Answer::unknown) ask_names(evidence);
    evidence.defines_malloc = defines_malloc(evidence);
    bool loads_libraries = has_segment(llvm::ELF::PT_INTERP) && evidence.output == Output::executable;
    if (loads_libraries && has_dynamic_symbols_)
      evidence.exports_malloc = answer(llvm::all_of(exported_family, [&](StringRef name) {
        auto symbol = dynamic_.find(name);
        return symbol != dynamic_.end() && symbol->second.is_defined && symbol->second.has_base_version;
      }));
    return evidence;
  }

  /// Calls `take` with each symbol of the dynamic table and its name; false where it cannot be read. A definition of
  /// another version than the base one is passed over by whoever refers to libc's: to them it is none.
  template <class Take> bool each_dynamic_symbol(Take take) {
    std::uint64_t table = dynamic_value(llvm::ELF::DT_SYMTAB), names = dynamic_value(llvm::ELF::DT_STRTAB);
    std::uint64_t names_size = dynamic_value(llvm::ELF::DT_STRSZ), versions = dynamic_value(llvm::ELF::DT_VERSYM);
    auto count = count_dynamic_symbols();
    if (!count || *count > bytes().size()) return false;
    auto symbols = mapped(table, *count * sizeof(typename ELFT::Sym));
    auto text = mapped(names, names_size);
    if (!symbols || !text) return false;
    auto indexes = versions ? mapped(versions, *count * 2) : std::nullopt;
    for (std::uint64_t i = 0; i < *count; ++i) {
      const auto &symbol = reinterpret_cast<const typename ELFT::Sym *>(symbols->data())[i];
      unsigned version = indexes ? llvm::support::endian::read16<ELFT::Endianness>(indexes->data() + 2 * i) & 0x7fff : 1;
      bool has_base_version = version <= llvm::ELF::VER_NDX_GLOBAL;
      if (symbol.st_name < text->size()) take(symbol, text->drop_front(symbol.st_name).split('\0').first, has_base_version);
    }
    return true;
  }

private:
  struct Symbol {
    bool is_defined = false, is_weak = false, has_base_version = true;
    std::uint64_t value = 0;
  };

  /// The entries of the dynamic section. Not by LLVM 22's dynamicEntries(), which reads beyond a file that lies about it.
  llvm::ArrayRef<typename ELFT::Dyn> dynamic_entries() const {
    for (const auto &header : headers_) {
      if (header.p_type != llvm::ELF::PT_DYNAMIC || header.p_offset > bytes().size()) continue;
      StringRef segment = bytes().substr(header.p_offset, header.p_filesz);
      return {reinterpret_cast<const typename ELFT::Dyn *>(segment.data()), segment.size() / sizeof(typename ELFT::Dyn)};
    }
    return {};
  }

  /// The value of the first entry of this kind, or 0.
  std::uint64_t dynamic_value(std::int64_t tag) const {
    auto entries = dynamic_entries();
    auto found = llvm::find_if(entries, [&](const auto &entry) { return entry.getTag() == tag; });
    return found == entries.end() ? 0 : std::uint64_t(found->getVal());
  }

  /// How many dynamic symbols there are: only the hash tables tell.
  std::optional<std::uint64_t> count_dynamic_symbols() const {
    auto word = [](StringRef text, std::uint64_t index) { return llvm::support::endian::read32<ELFT::Endianness>(text.data() + 4 * index); };
    std::uint64_t address = dynamic_value(llvm::ELF::DT_HASH);
    if (auto head = mapped(address, 8); address && head) return word(*head, 1);
    address = dynamic_value(llvm::ELF::DT_GNU_HASH);
    auto head = mapped(address, 16);
    if (!address || !head) return std::nullopt;
    std::uint64_t bucket_count = word(*head, 0), first = word(*head, 1), bloom_size = word(*head, 2);
    address += 16 + bloom_size * sizeof(typename ELFT::uint);
    auto buckets = mapped(address, 4 * bucket_count);
    if (!buckets) return std::nullopt;
    std::uint64_t last = 0;
    for (std::uint64_t i = 0; i < bucket_count; ++i) last = std::max<std::uint64_t>(last, word(*buckets, i));
    if (last < first) return first;  // nothing is exported
    // The chain of the last bucket ends with the table.
    for (address += 4 * bucket_count + 4 * (last - first);; address += 4, ++last) {
      auto entry = mapped(address, 4);
      if (!entry) return std::nullopt;
      if (word(*entry, 0) & 1) return last + 1;
    }
  }

  bool has_segment(unsigned type) const {
    return llvm::any_of(headers_, [&](const auto &header) { return header.p_type == type; });
  }

  StringRef bytes() const { return {reinterpret_cast<const char *>(file_.base()), file_.getBufSize()}; }

  /// `size` bytes at the address `address` of the loaded file, where the file holds them all.
  std::optional<StringRef> mapped(std::uint64_t address, std::uint64_t size) const {
    for (const auto &header : headers_) {
      if (header.p_type != llvm::ELF::PT_LOAD || address < header.p_vaddr) continue;
      std::uint64_t at = address - header.p_vaddr;
      if (at > header.p_filesz || size > header.p_filesz - at) continue;
      StringRef segment = bytes().substr(header.p_offset);
      if (header.p_offset <= bytes().size() && at <= segment.size() && size <= segment.size() - at) return segment.substr(at, size);
    }
    return std::nullopt;
  }

  Output kind() const {
    if (file_.getHeader().e_type == llvm::ELF::ET_REL) return Output::relocatable;
    if (file_.getHeader().e_type == llvm::ELF::ET_EXEC || has_segment(llvm::ELF::PT_INTERP)) return Output::executable;
    // A static-pie has no interpreter, and says what it is; gold 2.40 leaves room for a debugger instead.
    auto entries = dynamic_entries();
    if (entries.empty()) return Output::none;
    bool is_executable = llvm::any_of(entries, [](const auto &entry) {
      return entry.getTag() == llvm::ELF::DT_DEBUG ||
             (entry.getTag() == llvm::ELF::DT_FLAGS_1 && (entry.getVal() & llvm::ELF::DF_1_PIE));
    });
    return is_executable ? Output::executable : Output::shared_library;
  }

  /// Calls `take` with the type and text of each note of ours in `segment`. By searching, for mold 1.10 puts notes that
  /// are aligned to 4 bytes and to 8 into one segment aligned to 8, in which no reader finds the next one.
  template <class Take> static bool each_note_in(StringRef segment, StringRef owner, Take take) {
    using llvm::support::endian::read32;
    constexpr size_t head_size = 12;
    std::string needle = owner.str() + '\0';
    bool found = false;
    for (size_t at = segment.find(needle); at != StringRef::npos; at = segment.find(needle, at + 1)) {
      if (at < head_size) continue;
      const char *head = segment.data() + at - head_size;
      size_t text_at = at + llvm::alignTo(needle.size(), 4);
      size_t size = read32<ELFT::Endianness>(head + 4);
      std::uint32_t type = read32<ELFT::Endianness>(head + 8);
      bool is_ours = type == request_type || type == chosen_malloc_type || type == chosen_operators_type;
      if (read32<ELFT::Endianness>(head) != needle.size() || !is_ours || text_at > segment.size() || size > segment.size() - text_at)
        continue;
      take(type, segment.substr(text_at, size));
      found = true;
    }
    return found;
  }

  /// In the segments of notes; where a linker script makes none, in all that is loaded.
  template <class Take> void each_note(StringRef owner, Take take) const {
    for (unsigned type : {llvm::ELF::PT_NOTE, llvm::ELF::PT_LOAD}) {
      bool found = false;
      for (const auto &header : headers_)
        if (header.p_type == type && header.p_offset <= bytes().size())
          found |= each_note_in(bytes().substr(header.p_offset, header.p_filesz), owner, take);
      if (found || has_segment(llvm::ELF::PT_NOTE)) return;
    }
  }

  void read_notes(Evidence &evidence) const {
    each_note("cxx-alloc-chosen", [&](std::uint32_t type, StringRef distances) {
      bool is_malloc = type == chosen_malloc_type;
      if (!is_malloc && type != chosen_operators_type) return;
      bool is_users = false;
      for (size_t entry = 0; distances.size() >= 8; ++entry, distances = distances.drop_front(8)) {
        auto distance = [&](unsigned at) { return llvm::support::endian::read32<ELFT::Endianness>(distances.data() + at); };
        if (distance(0) == distance(4) + 4) continue;
        const char *name = is_malloc && entry < std::size(core_functions) ? core_functions[entry] : nullptr;
        if (name) evidence.users_functions.push_back(name);
        is_users |= !is_malloc || name;
      }
      Answer &users = is_malloc ? evidence.malloc_is_users : evidence.operators_are_users;
      if (users != Answer::yes) users = answer(is_users);
    });
    each_note("cxx-alloc", [&](std::uint32_t type, StringRef text) {
      if (type != request_type) return;
      text = text.split('\0').first;
      if (!llvm::is_contained(evidence.requests, text)) evidence.requests.push_back(text.str());
    });
  }

  /// The names that the answers need, from both tables.
  void read_symbols() {
    auto take_into = [](llvm::StringMap<Symbol> &symbols) {
      return [&symbols](const auto &symbol, StringRef name, bool has_base_version) {
        bool matters = name == "malloc" || name == "free" || name == "cxx_alloc_malloc" || name == "cxx_alloc_free" ||
                       name == "__libc_malloc" || llvm::is_contained(exported_family, name);
        bool is_defined = symbol.st_shndx != llvm::ELF::SHN_UNDEF;
        bool is_weak = symbol.getBinding() == llvm::ELF::STB_WEAK;
        if (matters && (is_defined || !symbols.contains(name)))
          symbols[name] = {is_defined, is_weak, has_base_version, symbol.st_value};
      };
    };
    has_dynamic_symbols_ = each_dynamic_symbol(take_into(dynamic_));
    auto sections = get(file_.sections());
    if (!sections) return;
    for (const auto &section : *sections) {
      if (section.sh_type != llvm::ELF::SHT_SYMTAB) continue;
      auto symbols = get(file_.symbols(&section));
      auto names = get(file_.getStringTableForSymtab(section));
      if (!symbols || !names) return;
      auto take = take_into(static_);
      for (const auto &symbol : *symbols)
        if (symbol.st_name < names->size()) take(symbol, names->drop_front(symbol.st_name).split('\0').first, true);
    }
  }

  const Symbol *defined(const llvm::StringMap<Symbol> &symbols, StringRef name) const {
    auto found = symbols.find(name);
    return found != symbols.end() && found->second.is_defined ? &found->second : nullptr;
  }

  /// Without our note, which a linker script may have thrown away: ours has a second name for each function, and the
  /// symbol table tells whether both are one place. Where it is gone too, ours are weak and a user's as a rule are not.
  void ask_names(Evidence &evidence) const {
    for (const auto &[name, ours] : {std::pair("malloc", "cxx_alloc_malloc"), std::pair("free", "cxx_alloc_free")}) {
      const Symbol *chosen = defined(static_, name), *second = defined(static_, ours), *exported = defined(dynamic_, name);
      bool is_told = (chosen && second) || exported;
      if (!is_told) continue;
      bool is_users = chosen && second ? chosen->value != second->value : !exported->is_weak;
      if (is_users) evidence.users_functions.push_back(name);
      evidence.malloc_is_users = answer(!evidence.users_functions.empty());
    }
  }

  Answer defines_malloc(const Evidence &evidence) const {
    if (evidence.malloc_is_users != Answer::unknown) return Answer::yes;  // our note, or ours by name
    const Symbol *libc = defined(static_, "__libc_malloc"), *chosen = defined(static_, "malloc");
    if (chosen) return answer(!libc || libc->value != chosen->value);  // libc's own, linked in
    if (defined(dynamic_, "malloc")) return Answer::yes;
    // What a program takes from a library it does not have itself.
    return dynamic_.contains("malloc") || !static_.empty() ? Answer::no : Answer::unknown;
  }

  const ELFFile<ELFT> &file_;
  llvm::ArrayRef<typename ELFT::Phdr> headers_;
  llvm::StringMap<Symbol> dynamic_, static_;
  bool has_dynamic_symbols_ = false;
};

/// Calls `read` with the ELFFile that `bytes` are, if they are one.
template <class Read> void with_elf_file(StringRef bytes, Read read) {
  if (bytes.size() < llvm::ELF::EI_NIDENT || !bytes.starts_with("\177ELF")) return;
  auto open = [&](auto type) {
    if (auto file = get(ELFFile<decltype(type)>::create(bytes))) read(*file);
  };
  bool wide = bytes[llvm::ELF::EI_CLASS] == llvm::ELF::ELFCLASS64;
  bool little = bytes[llvm::ELF::EI_DATA] == llvm::ELF::ELFDATA2LSB;
  if (wide)
    little ? open(ELF64LE()) : open(ELF64BE());
  else
    little ? open(ELF32LE()) : open(ELF32BE());
}

std::unique_ptr<llvm::MemoryBuffer> read_file(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  return buffer ? std::move(*buffer) : nullptr;
}

}  // namespace

Evidence read_artifact_bytes(StringRef bytes) {
  Evidence evidence;
  with_elf_file(bytes, [&](const auto &file) { evidence = Reader(file).read(); });
  return evidence;
}

Evidence read_artifact(StringRef path) {
  auto buffer = read_file(path);
  return buffer ? read_artifact_bytes(buffer->getBuffer()) : Evidence{};
}

std::vector<std::string> exported_functions(StringRef path) {
  std::vector<std::string> names;
  auto buffer = read_file(path);
  if (!buffer) return names;
  with_elf_file(buffer->getBuffer(), [&](const auto &file) {
    auto reader = Reader(file);
    reader.read();
    reader.each_dynamic_symbol([&](const auto &symbol, StringRef name, bool) {
      bool is_definition = symbol.st_shndx != llvm::ELF::SHN_UNDEF && symbol.getBinding() != llvm::ELF::STB_LOCAL;
      if (is_definition && symbol.getType() == llvm::ELF::STT_FUNC) names.push_back(name.str());
    });
  });
  return names;
}

}  // namespace cxx_alloc
