// SPDX-License-Identifier: Apache-2.0
// What do an ELF object or shared library define, and what do they leave undefined? LLVM's ELF types give the layout
// for both classes and byte orders; the tables are read piece by piece (see scan_internal.h), each bounded by the file.
#include "inputs/scan_internal.h"
#include "words/allocators.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/BinaryFormat/ELF.h>
#include <llvm/Object/ELFTypes.h>
#include <llvm/Support/DJB.h>
#include <llvm/Support/Endian.h>
#include <llvm/Support/Path.h>

namespace cxx_alloc::scan {

namespace {

using namespace llvm::ELF;

// `count` records of type T that start at `offset`.
template <class T>
std::optional<llvm::ArrayRef<T>> read_table(const Bytes &bytes, std::uint64_t offset, std::uint64_t count,
                                            Buffer &buffer) {
  static_assert(alignof(T) == 1, "LLVM's ELF types may stand at any address");
  if (count > bytes.size / sizeof(T)) return std::nullopt;
  std::optional<llvm::StringRef> text = read_bytes(bytes, offset, count * sizeof(T), buffer);
  if (!text) return std::nullopt;
  return llvm::ArrayRef<T>(reinterpret_cast<const T *>(text->data()), static_cast<size_t>(count));
}

template <class ELFT> class ElfReader {
  using Ehdr = typename ELFT::Ehdr;
  using Shdr = typename ELFT::Shdr;
  using Sym = typename ELFT::Sym;
  using Dyn = typename ELFT::Dyn;

public:
  ElfReader(Scanner &scanner, const Bytes &bytes, const Origin &origin, Wanted wanted)
      : scanner(scanner), bytes(bytes), origin(origin), wanted(wanted) {}

  bool scan() {
    if (bytes.head.size() < sizeof(Ehdr)) return false;
    header = *reinterpret_cast<const Ehdr *>(bytes.head.data());
    bool is_object = header.e_type == ET_REL;
    if (!is_object && header.e_type != ET_DYN) return true;
    scanner.note_format({header.e_machine, static_cast<std::uint8_t>(bytes.head[EI_CLASS]),
                         ELFT::Endianness == llvm::endianness::big, header.e_flags});
    if (!is_object && (!origin.member.empty() || !wanted.definitions)) return true;
    if (header.e_shoff == 0) return true;
    if (header.e_shentsize != sizeof(Shdr) || !read_sections(is_object ? last_sections : all_sections)) return false;
    return is_object ? scan_object_symbols() : scan_exported_symbols();
  }

private:
  // GNU as 2.40 ends with .symtab, .strtab and .shstrtab, LLVM 22 with .symtab. An object made with -ffunction-sections
  // has a thousand others.
  static constexpr std::uint64_t last_sections = 3, all_sections = UINT64_MAX;

  // Reads the headers of the last `wanted` sections.
  bool read_sections(std::uint64_t wanted) {
    std::uint64_t count = header.e_shnum;
    std::uint64_t names = header.e_shstrndx;
    // From 65,280 sections on (-ffunction-sections in a huge source) both numbers stand in section 0.
    if (count == 0 || names == SHN_XINDEX) {
      std::optional<llvm::ArrayRef<Shdr>> first = read_table<Shdr>(bytes, header.e_shoff, 1, scanner.sections);
      if (!first) return false;
      count = count == 0 ? static_cast<std::uint64_t>(first->front().sh_size) : count;
      names = names == SHN_XINDEX ? static_cast<std::uint64_t>(first->front().sh_link) : names;
    }
    if (count > bytes.size / sizeof(Shdr) || header.e_shoff > bytes.size) return false;
    first_section = count - std::min(count, wanted);
    std::optional<llvm::ArrayRef<Shdr>> table =
        read_table<Shdr>(bytes, header.e_shoff + first_section * sizeof(Shdr), count - first_section, scanner.sections);
    if (!table) return false;
    sections = *table;
    section_names_index = names;
    return true;
  }

  // Compilers put the symbol table near the end.
  const Shdr *find_section(std::uint32_t type) const {
    for (const Shdr &section : llvm::reverse(sections))
      if (section.sh_type == type) return &section;
    return nullptr;
  }

  // The header of section `index`; of one before the last that were read, it is read alone.
  std::optional<Shdr> section_at(std::uint64_t index) const {
    if (index >= first_section)
      return index - first_section < sections.size() ? std::optional(sections[index - first_section]) : std::nullopt;
    std::optional<llvm::ArrayRef<Shdr>> one =
        read_table<Shdr>(bytes, header.e_shoff + index * sizeof(Shdr), 1, scanner.names);
    return one ? std::optional(one->front()) : std::nullopt;
  }

  std::optional<llvm::StringRef> read_section(const Shdr &section, Buffer &buffer) const {
    return read_bytes(bytes, section.sh_offset, section.sh_size, buffer);
  }

  // Reads the global symbols of `table` into `symbols`, and their names: in one piece where the names follow closely,
  // as GNU as lays them out.
  bool read_symbols(const Shdr &table) {
    constexpr std::uint64_t largest_gap = 4096;
    std::uint64_t count = table.sh_size / sizeof(Sym);
    std::uint64_t first = table.sh_info;  // locals come first, and a local defines nothing for others
    std::optional<Shdr> string_table = section_at(table.sh_link);
    if (!string_table || first > count || count > bytes.size / sizeof(Sym)) return false;
    const Shdr &names = *string_table;
    std::uint64_t begin = table.sh_offset + first * sizeof(Sym);
    std::uint64_t end = begin + (count - first) * sizeof(Sym);
    std::uint64_t names_begin = names.sh_offset;
    if (begin < end && end <= names_begin && names_begin - end <= largest_gap && names.sh_size <= bytes.size) {
      std::optional<llvm::StringRef> both =
          read_bytes(bytes, begin, names_begin + names.sh_size - begin, scanner.symbols);
      if (!both) return false;
      symbols = {reinterpret_cast<const Sym *>(both->data()), static_cast<size_t>(count - first)};
      strings = both->drop_front(names_begin - begin);
      return true;
    }
    std::optional<llvm::ArrayRef<Sym>> read = read_table<Sym>(bytes, begin, count - first, scanner.symbols);
    std::optional<llvm::StringRef> text = read_section(names, scanner.strings);
    if (!read || !text) return false;
    symbols = *read;
    strings = *text;
    return true;
  }

  SymbolKind kind_of(const Sym &symbol) const {
    std::uint32_t name = symbol.st_name;
    return name < strings.size() ? classify(strings.data() + name, strings.end()) : SymbolKind::other;
  }

  llvm::StringRef name_of(const Sym &symbol) const { return strings.drop_front(symbol.st_name); }

  bool scan_object_symbols() {
    const Shdr *table = find_section(SHT_SYMTAB);
    if (!table && first_section != 0) {
      if (!read_sections(all_sections)) return false;
      table = find_section(SHT_SYMTAB);
    }
    if (!table) return true;
    if (!read_symbols(*table)) return false;
    bool is_slim = false, defines = false;
    for (const Sym &symbol : symbols) {
      SymbolKind kind = kind_of(symbol);
      if (kind == SymbolKind::other) continue;
      if (kind == SymbolKind::slim_lto)
        is_slim = true;
      else if (kind == SymbolKind::request && (symbol.st_shndx == SHN_UNDEF || symbol.getBinding() == STB_LOCAL))
        continue;
      else if (kind == SymbolKind::request)
        scanner.mark(name_of(symbol), origin);
      else if (symbol.st_shndx == SHN_UNDEF)
        scanner.result.refers_to_operators |= wanted.references && kind == SymbolKind::operators;
      else if (wanted.definitions && symbol.getBinding() != STB_LOCAL && !is_carried_runtime())
        defines |= define(kind, symbol);
    }
    if (defines) look_for_libc_heap();
    scanner.result.has_lto_code |= is_slim;
    return !is_slim || scan_gcc_lto_sections();
  }

  // True for a function of malloc's family.
  bool define(SymbolKind kind, const Sym &symbol) {
    scanner.define(kind, name_of(symbol), origin);
    return kind == SymbolKind::malloc;
  }

  void look_for_libc_heap() {
    for (const Sym &symbol : symbols) {
      if (symbol.st_shndx != SHN_UNDEF || symbol.st_name >= strings.size()) continue;
      if (is_libc_heap_name(name_of(symbol).take_until([](char c) { return c == '\0' || c == '@'; })))
        return scanner.note_libc_heap(origin);
    }
  }

  // A runtime object of ours inside a static library: it takes the part of no user's malloc.
  bool is_carried_runtime() {
    if (origin.member.empty()) return false;
    bool is_ours = false;
    llvm::StringRef carried = default_allocator();
    for (const Sym &symbol : symbols) {
      if (symbol.st_shndx == SHN_UNDEF || symbol.st_name >= strings.size()) continue;
      llvm::StringRef name = name_of(symbol).take_until([](char c) { return c == '\0'; });
      is_ours |= is_runtime_name(name);
      if (llvm::StringRef allocator = carried_allocator(name); !allocator.empty()) carried = allocator;
    }
    if (is_ours && !scanner.result.carrier) scanner.result.carrier = {origin.file.str(), carried.str()};
    return is_ours;
  }

  bool scan_exported_symbols() {
    const Shdr *table = find_section(SHT_DYNSYM);
    bool is_read = !table || !may_export_allocator() || scan_exports(*table);
    // The allocator of a process is in whatever is loaded with it, at any depth.
    if (!scanner.defines_heap()) note_needed_libraries();
    return is_read;
  }

  bool scan_exports(const Shdr &table) {
    if (!read_symbols(table)) return false;
    bool defines = false;
    for (const Sym &symbol : symbols) {
      if (symbol.st_shndx == SHN_UNDEF || symbol.getBinding() == STB_LOCAL) continue;
      if (symbol.getVisibility() != STV_DEFAULT && symbol.getVisibility() != STV_PROTECTED) continue;
      SymbolKind kind = kind_of(symbol);
      if (kind != SymbolKind::malloc && kind != SymbolKind::operators) continue;
      // Only now is the SONAME worth reading: a copy of libc may stand under any file name.
      if (!soname_is_read) {
        soname_is_read = true;
        if (is_runtime_by_soname()) return true;
      }
      defines |= define(kind, symbol);
    }
    if (defines) look_for_libc_heap();
    return true;
  }

  // Asks the hash table that ld.so uses: a tenth of the size of the symbols and names (libLLVM.so: 0.4 ms, not 5). What
  // ld.so cannot find there is no allocator for anybody; whatever looks odd is left to the symbols.
  bool may_export_allocator() {
    const Shdr *section = find_section(SHT_GNU_HASH);
    std::optional<llvm::StringRef> text = section ? read_section(*section, scanner.names) : std::nullopt;
    constexpr size_t header_words = 4, bloom_bytes = ELFT::Is64Bits ? 8 : 4;
    using Word = typename ELFT::Word;
    if (!text || text->size() < header_words * sizeof(Word)) return true;
    const Word *header = reinterpret_cast<const Word *>(text->data());
    std::uint32_t bucket_count = header[0], first_symbol = header[1], bloom_count = header[2];
    std::uint64_t buckets_at = header_words * sizeof(Word) + std::uint64_t(bloom_count) * bloom_bytes;
    std::uint64_t chains_at = buckets_at + std::uint64_t(bucket_count) * sizeof(Word);
    if (bucket_count == 0 || chains_at > text->size()) return true;
    const Word *buckets = reinterpret_cast<const Word *>(text->data() + buckets_at);
    llvm::ArrayRef<Word> chains(buckets + bucket_count, (text->size() - chains_at) / sizeof(Word));
    for (const std::string &name : allocator_names()) {
      std::uint32_t hash = llvm::djbHash(name);
      std::uint32_t first = buckets[hash % bucket_count];
      if (first < first_symbol) continue;
      for (std::uint64_t i = first - first_symbol; i < chains.size(); ++i) {
        if ((chains[i] | 1) == (hash | 1)) return true;
        if ((chains[i] & 1) != 0) break;
      }
    }
    return false;
  }

  // Calls `take` with the tag and text of each dynamic entry that is a string, until it returns false.
  void each_dynamic_string(llvm::function_ref<bool(std::int64_t, llvm::StringRef)> take) {
    const Shdr *section = find_section(SHT_DYNAMIC);
    std::optional<Shdr> names = section ? section_at(section->sh_link) : std::nullopt;
    if (!names) return;
    Buffer dynamic_buffer;
    std::optional<llvm::ArrayRef<Dyn>> dynamic =
        read_table<Dyn>(bytes, section->sh_offset, section->sh_size / sizeof(Dyn), dynamic_buffer);
    std::optional<llvm::StringRef> text = dynamic ? read_section(*names, scanner.names) : std::nullopt;
    if (!text) return;
    for (const Dyn &entry : *dynamic) {
      std::int64_t tag = entry.getTag();
      if (tag != DT_SONAME && tag != DT_NEEDED && tag != DT_RUNPATH && tag != DT_RPATH) continue;
      if (entry.getVal() >= text->size()) return;
      if (!take(tag, text->drop_front(entry.getVal()).take_until([](char c) { return c == '\0'; }))) return;
    }
  }

  bool is_runtime_by_soname() {
    bool is_runtime = false;
    each_dynamic_string([&](std::int64_t tag, llvm::StringRef text) {
      if (tag == DT_SONAME) is_runtime = is_language_runtime(text);
      return tag != DT_SONAME;
    });
    return is_runtime;
  }

  void note_needed_libraries() {
    Needed needed{scanner.needed_by.empty() ? origin.file.str() : scanner.needed_by, {}, {}};
    each_dynamic_string([&](std::int64_t tag, llvm::StringRef text) {
      if (tag == DT_RUNPATH || tag == DT_RPATH)
        for (llvm::StringRef folder : llvm::split(text, ':')) needed.directories.push_back(expand_origin(folder));
      else if (tag == DT_NEEDED && !is_language_runtime(text))
        needed.names.push_back(text.str());
      return true;
    });
    if (!needed.names.empty()) scanner.needed.push_back(std::move(needed));
  }

  std::string expand_origin(llvm::StringRef folder) const {
    if (!folder.consume_front("$ORIGIN") && !folder.consume_front("${ORIGIN}")) return folder.str();
    llvm::StringRef own = llvm::sys::path::parent_path(origin.file);
    return (own.empty() ? "." : own.str()) + folder.str();
  }

  // A slim object has its symbols in sections named .gnu.lto_.symtab.<hash>, never compressed.
  bool scan_gcc_lto_sections() {
    std::optional<Shdr> names_header =
        first_section == 0 || read_sections(all_sections) ? section_at(section_names_index) : std::nullopt;
    std::optional<llvm::StringRef> names = names_header ? read_section(*names_header, scanner.names) : std::nullopt;
    if (!names) return false;
    bool found = false;
    for (const Shdr &section : sections) {
      if (section.sh_name >= names->size() || !names->drop_front(section.sh_name).starts_with(".gnu.lto_.symtab."))
        continue;
      found = true;
      std::optional<llvm::StringRef> table = read_section(section, scanner.strings);
      if (!table || !scan_gcc_lto_table(scanner, *table, origin, wanted)) return false;
    }
    return found;
  }

  Scanner &scanner;
  const Bytes &bytes;
  const Origin &origin;
  Wanted wanted;
  Ehdr header;
  llvm::ArrayRef<Shdr> sections;  ///< those from `first_section` on
  std::uint64_t first_section = 0, section_names_index = 0;
  llvm::ArrayRef<Sym> symbols;
  llvm::StringRef strings;
  bool soname_is_read = false;
};

}  // namespace

bool scan_elf(Scanner &scanner, const Bytes &bytes, const Origin &origin, Wanted wanted) {
  if (bytes.head.size() < EI_NIDENT) return false;
  bool is_64 = bytes.head[EI_CLASS] == ELFCLASS64;
  bool is_little = bytes.head[EI_DATA] == ELFDATA2LSB;
  if (is_64)
    return is_little ? ElfReader<llvm::object::ELF64LE>(scanner, bytes, origin, wanted).scan()
                     : ElfReader<llvm::object::ELF64BE>(scanner, bytes, origin, wanted).scan();
  return is_little ? ElfReader<llvm::object::ELF32LE>(scanner, bytes, origin, wanted).scan()
                   : ElfReader<llvm::object::ELF32BE>(scanner, bytes, origin, wanted).scan();
}

}  // namespace cxx_alloc::scan
