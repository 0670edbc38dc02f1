// SPDX-License-Identifier: Apache-2.0
// Headers, the dynamic section and the tables of an ELF file. What the file says of itself bounds nothing here but
// loops that the file's size bounds too.
#include "inputs/elf_image.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/BinaryFormat/ELF.h>
#include <llvm/Support/Endian.h>

#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

namespace cxx_alloc {

using namespace llvm::ELF;

namespace {

constexpr size_t head_size = 4096;  // the program headers, and mostly the notes, are in it
constexpr size_t piece_size = 128 << 10;
constexpr size_t longest_string = 4096;           // PATH_MAX
constexpr std::uint64_t most_notes = 1 << 20;     // bytes; a build-id and ours are 200
constexpr std::uint64_t most_loaded = 64 << 20;   // bytes; where no note stands by itself
constexpr std::uint64_t most_dynamic = 1 << 16;   // entries; programs have 30, and one for each library
constexpr size_t most_strings = 2048;             // of one tag: libraries that are needed
constexpr std::uint64_t worth_a_jump = 64 << 20;  // bytes; smaller tables are read, holes or not

ElfRange clip(ElfRange range, std::uint64_t file_size) {
  if (range.offset >= file_size) return {};
  return {range.offset, std::min(range.size, file_size - range.offset)};
}

/// How many bytes from `offset` on are a hole of a sparse file, before `end`. They read as zeros, terabytes of them.
std::uint64_t hole_at(int descriptor, std::uint64_t offset, std::uint64_t end) {
  off_t next = lseek(descriptor, static_cast<off_t>(offset), SEEK_DATA);
  if (next < 0) return errno == ENXIO ? end - offset : 0;
  return std::min<std::uint64_t>(next, end) - offset;
}

}  // namespace

ElfImage::ElfImage(int descriptor) : descriptor_(descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) file_size = status.st_size;
  head_.resize(std::min<std::uint64_t>(head_size, file_size));
  ssize_t got = head_.empty() ? 0 : pread(descriptor_, head_.data(), head_.size(), 0);
  head_.resize(got < 0 ? 0 : got);
  if (!llvm::StringRef(head_).starts_with("\177ELF")) {
    state = State::not_elf;
    return;
  }
  read_headers();
  if (state != State::sound) return;
  read_sections();
  read_dynamic();
}

bool ElfImage::read(std::uint64_t offset, llvm::MutableArrayRef<char> bytes) const {
  if (offset > file_size || bytes.size() > file_size - offset) return false;
  if (offset + bytes.size() <= head_.size()) {
    std::memcpy(bytes.data(), head_.data() + offset, bytes.size());
    return true;
  }
  for (size_t done = 0; done < bytes.size();) {
    ssize_t got = pread(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (got <= 0) return false;
    done += got;
  }
  return true;
}

std::uint64_t ElfImage::number(const char *at, unsigned size) const {
  auto order = is_little ? llvm::endianness::little : llvm::endianness::big;
  switch (size) {
  case 1: return static_cast<unsigned char>(*at);
  case 2: return llvm::support::endian::read<std::uint16_t>(at, order);
  case 4: return llvm::support::endian::read<std::uint32_t>(at, order);
  default: return llvm::support::endian::read<std::uint64_t>(at, order);
  }
}

std::string ElfImage::bytes_of(ElfRange range) const {
  if (range.offset > file_size || range.size > file_size - range.offset) return "";
  std::string bytes(range.size, '\0');
  if (!read(range.offset, {bytes.data(), bytes.size()})) return "";
  return bytes;
}

std::optional<std::uint64_t> ElfImage::number_at(std::uint64_t offset, unsigned size) const {
  char bytes[8];
  if (!read(offset, {bytes, size})) return std::nullopt;
  return number(bytes, size);
}

void ElfImage::read_headers() {
  const size_t header_size = 16 + 8 + 5 * 4 + 3 * 4;
  auto fails = [&](const char *what) { problem = what; };
  if (head_.size() < header_size) return fails("its ELF header is cut off");
  if (head_[EI_CLASS] != ELFCLASS32 && head_[EI_CLASS] != ELFCLASS64) return fails("its ELF class is unknown");
  if (head_[EI_DATA] != ELFDATA2LSB && head_[EI_DATA] != ELFDATA2MSB) return fails("its byte order is unknown");
  is_wide = head_[EI_CLASS] == ELFCLASS64;
  is_little = head_[EI_DATA] == ELFDATA2LSB;
  os_abi = head_[EI_OSABI];
  if (head_.size() < (is_wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr))) return fails("its ELF header is cut off");

  const char *at = head_.data();
  type = number(at + 16, 2);
  machine = number(at + 18, 2);
  const size_t w = word();
  entry = number(at + 24, w);
  std::uint64_t program_offset = number(at + 24 + w, w);
  section_offset_ = number(at + 24 + 2 * w, w);
  const char *sizes = at + 24 + 3 * w + 4;
  std::uint64_t program_size = number(sizes + 2, 2), program_count = number(sizes + 4, 2);
  section_size_ = number(sizes + 6, 2);
  section_count_ = number(sizes + 8, 2);

  if (program_count) {
    if (program_size != (is_wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)))
      return fails("its program headers have an unknown size");
    std::string table(program_size * program_count, '\0');
    if (!read(program_offset, {table.data(), table.size()})) return fails("its program headers are cut off");
    for (const char *header = table.data(); header != table.data() + table.size(); header += program_size) {
      ElfSegment segment;
      segment.type = number(header, 4);
      segment.flags = number(header + (is_wide ? 4 : 24), 4);
      segment.offset = number(header + (is_wide ? 8 : 4), w);
      segment.address = number(header + (is_wide ? 16 : 8), w);
      segment.size = number(header + (is_wide ? 32 : 16), w);
      segments.push_back(segment);
    }
  }
  state = State::sound;
}

void ElfImage::read_dynamic() {
  const ElfSegment *segment = find_segment(PT_DYNAMIC);
  if (!segment || is_debug_file()) return;
  const size_t w = word();
  std::string table(std::min<std::uint64_t>(segment->size / (2 * w), most_dynamic) * 2 * w, '\0');
  if (!read(segment->offset, {table.data(), table.size()})) {
    state = State::broken;
    problem = "its dynamic section is cut off";
    return;
  }
  for (size_t at = 0; at != table.size(); at += 2 * w) {
    std::uint64_t tag = number(table.data() + at, w);
    if (tag == DT_NULL) break;
    dynamic_.push_back(
        {static_cast<std::int64_t>(is_wide ? tag : static_cast<std::int32_t>(tag)), number(table.data() + at + w, w)});
  }
}

const ElfSegment *ElfImage::find_segment(std::uint32_t segment_type) const {
  for (const ElfSegment &segment : segments)
    if (segment.type == segment_type) return &segment;
  return nullptr;
}

std::optional<std::uint64_t> ElfImage::dynamic_value(std::int64_t tag) const {
  for (const DynamicEntry &entry : dynamic_)
    if (entry.tag == tag) return entry.value;
  return std::nullopt;
}

std::vector<std::string> ElfImage::dynamic_strings(std::int64_t tag) const {
  std::vector<std::string> strings;
  ElfRange names = dynamic_names();
  for (const DynamicEntry &entry : dynamic_) {
    if (entry.tag != tag || entry.value >= names.size || strings.size() == most_strings) continue;
    std::string text(std::min<std::uint64_t>(longest_string, names.size - entry.value), '\0');
    if (!read(names.offset + entry.value, {text.data(), text.size()})) continue;
    size_t end = text.find('\0');
    if (end == std::string::npos) continue;
    text.resize(end);
    strings.push_back(std::move(text));
  }
  return strings;
}

std::string ElfImage::interpreter() const {
  const ElfSegment *segment = find_segment(PT_INTERP);
  if (!segment) return "";
  std::string text(std::min<std::uint64_t>(segment->size, longest_string), '\0');
  if (!read(segment->offset, {text.data(), text.size()})) return "";
  return text.c_str();
}

std::optional<std::uint64_t> ElfImage::offset_of(std::uint64_t address) const {
  for (const ElfSegment &segment : segments)
    if (segment.type == PT_LOAD && address >= segment.address && address - segment.address < segment.size)
      return segment.offset + (address - segment.address);
  return std::nullopt;
}

ElfRange ElfImage::dynamic_names() const {
  std::optional<std::uint64_t> address = dynamic_value(DT_STRTAB), size = dynamic_value(DT_STRSZ);
  std::optional<std::uint64_t> offset = address ? offset_of(*address) : std::nullopt;
  return offset && size ? clip({*offset, *size}, file_size) : ElfRange{};
}

/// The chains of a GNU hash table end with an odd number; the last chain ends with the last symbol.
std::optional<std::uint64_t> ElfImage::count_by_gnu_hash(std::uint64_t offset) const {
  std::optional<std::uint64_t> buckets = number_at(offset, 4), first = number_at(offset + 4, 4);
  std::optional<std::uint64_t> bloom = number_at(offset + 8, 4);
  if (!buckets || !first || !bloom) return std::nullopt;
  std::uint64_t table = offset + 16 + *bloom * word(), last = 0;
  each_piece({table, *buckets * 4}, 0, [&](llvm::StringRef piece, std::uint64_t) {
    for (size_t at = 0; at + 4 <= piece.size(); at += 4) last = std::max(last, number(piece.data() + at, 4));
    return true;
  });
  if (last < *first) return first;
  std::uint64_t chain = table + *buckets * 4 + (last - *first) * 4;
  std::optional<std::uint64_t> count;
  each_piece({chain, UINT64_MAX - chain}, 0, [&](llvm::StringRef piece, std::uint64_t place) {
    for (size_t at = 0; at + 4 <= piece.size() && !count; at += 4)
      if (number(piece.data() + at, 4) & 1) count = last + (place - chain + at) / 4 + 1;
    return !count;
  });
  return count;
}

std::optional<std::uint64_t> ElfImage::count_dynamic_symbols() const {
  auto place = [&](std::int64_t tag) {
    std::optional<std::uint64_t> address = dynamic_value(tag);
    return address ? offset_of(*address) : std::nullopt;
  };
  if (std::optional<std::uint64_t> hash = place(DT_HASH)) {
    bool wide_entries = is_wide && (machine == EM_S390 || machine == 0x9026 /* EM_ALPHA */);
    unsigned entry_size = wide_entries ? 8 : 4;
    if (auto count = number_at(*hash + entry_size, entry_size)) return count;
  }
  if (std::optional<std::uint64_t> hash = place(DT_GNU_HASH))
    if (auto count = count_by_gnu_hash(*hash)) return count;
  if (std::optional<std::uint64_t> count = dynamic_value(DT_MIPS_SYMTABNO); count && machine == EM_MIPS) return count;
  // Neither: the names follow the symbols, as every linker lays them out.
  std::optional<std::uint64_t> symbols = dynamic_value(DT_SYMTAB), names = dynamic_value(DT_STRTAB);
  if (symbols && names && *names > *symbols) return (*names - *symbols) / symbol_size();
  return std::nullopt;
}

ElfRange ElfImage::dynamic_symbols() const {
  std::optional<std::uint64_t> address = dynamic_value(DT_SYMTAB), count = count_dynamic_symbols();
  std::optional<std::uint64_t> offset = address ? offset_of(*address) : std::nullopt;
  if (!offset || !count || *count > file_size / symbol_size()) return {};
  return clip({*offset, *count * symbol_size()}, file_size);
}

ElfRange ElfImage::dynamic_versions() const {
  std::optional<std::uint64_t> address = dynamic_value(DT_VERSYM), count = count_dynamic_symbols();
  std::optional<std::uint64_t> offset = address ? offset_of(*address) : std::nullopt;
  if (!offset || !count || *count > file_size / 2) return {};
  return clip({*offset, *count * 2}, file_size);
}

void ElfImage::read_sections() {
  if (!section_count_ || section_size_ != (is_wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr))) return;
  std::string table(size_t(section_size_) * section_count_, '\0');
  if (!read(section_offset_, {table.data(), table.size()})) return;  // a program runs without them
  const size_t w = word();
  for (const char *at = table.data(); at != table.data() + table.size(); at += section_size_) {
    Section section;
    section.type = number(at + 4, 4);
    section.flags = number(at + 8, w);
    section.range = {number(at + 8 + 2 * w, w), number(at + 8 + 3 * w, w)};
    section.link = number(at + 8 + 4 * w, 4);
    sections_.push_back(section);
  }
}

ElfImage::Tables ElfImage::all_symbols() const {
  for (const Section &section : sections_)
    if (section.type == SHT_SYMTAB && section.link < sections_.size())
      return {clip(section.range, file_size), clip(sections_[section.link].range, file_size)};
  return {};
}

bool ElfImage::is_debug_file() const {
  auto is_elsewhere = [](const Section &section) { return section.type == SHT_NOBITS && section.flags & SHF_ALLOC; };
  bool has_dynamic = llvm::any_of(sections_, [](const Section &section) { return section.type == SHT_DYNAMIC; });
  return llvm::any_of(sections_, [&](const Section &section) {
    // Of a library that has no code, what the loader reads is elsewhere, too.
    bool is_constant = !(section.flags & SHF_WRITE) && find_segment(PT_DYNAMIC) && !has_dynamic;
    return is_elsewhere(section) && (section.flags & SHF_EXECINSTR || is_constant);
  });
}

void ElfImage::each_symbol(ElfRange symbols, llvm::function_ref<void(const ElfSymbol &)> take) const {
  const unsigned size = symbol_size();
  // A piece holds whole symbols, so that none is cut: 24 and 16 divide 48.
  static_assert(piece_size / 48 > 0);
  each_piece(symbols, 0, [&](llvm::StringRef piece, std::uint64_t) {
    for (const char *at = piece.begin(); piece.end() - at >= static_cast<std::ptrdiff_t>(size); at += size) {
      ElfSymbol symbol;
      symbol.name = number(at, 4);
      const char *info = at + (is_wide ? 4 : 12);
      symbol.binding = static_cast<unsigned char>(info[0]) >> 4;
      symbol.type = info[0] & 15;
      symbol.visibility = info[1] & 3;
      symbol.defined = number(info + 2, 2) != SHN_UNDEF;
      symbol.value = number(at + (is_wide ? 8 : 4), word());
      take(symbol);
    }
    return true;
  });
}

void ElfImage::each_piece(ElfRange range, size_t overlap,
                          llvm::function_ref<bool(llvm::StringRef, std::uint64_t)> take) const {
  range = clip(range, file_size);
  constexpr size_t step = piece_size / 48 * 48;
  thread_local std::string buffer;
  // A piece may be looked into while another table is read: each call has a buffer of its own while it runs.
  std::string bytes = std::move(buffer);
  bytes.resize(step + overlap);
  size_t kept = 0;
  bool in_hole = false;
  for (std::uint64_t done = 0; done < range.size;) {
    if (range.size >= worth_a_jump) {
      // The first and the last piece of a hole are read, so that what ends or begins there is whole.
      std::uint64_t pieces = hole_at(descriptor_, range.offset + done, range.offset + range.size) / step;
      if (in_hole && pieces > 1) done += (pieces - 1) * step, kept = 0;
      in_hole = pieces > 0;
    }
    size_t wanted = std::min<std::uint64_t>(step, range.size - done);
    if (!read(range.offset + done, {bytes.data() + kept, wanted})) break;
    size_t length = kept + wanted;
    if (!take({bytes.data(), length}, range.offset + done - kept)) break;
    done += wanted;
    kept = std::min(overlap, length);
    std::memmove(bytes.data(), bytes.data() + length - kept, kept);
  }
  buffer = std::move(bytes);
}

/// By owner and type, at every fourth byte: mold 1.10 puts notes that are aligned to 4 bytes and to 8 into one segment
/// aligned to 8, in which no reader that follows the sizes finds the next one. A name ends with one NUL, says the
/// format; Go's linker counts the padding behind it as well, and others count none.
void ElfImage::notes_in(llvm::StringRef bytes, llvm::StringRef owner,
                        llvm::function_ref<void(const ElfNote &)> take) const {
  for (size_t at = 0; at + 12 + owner.size() <= bytes.size(); at += 4) {
    const char *note = bytes.data() + at;
    if (!bytes.substr(at + 12).starts_with(owner)) continue;
    std::uint64_t name_size = number(note, 4), padded = (name_size + 3) / 4 * 4, size = number(note + 4, 4);
    if (name_size < owner.size() || padded > bytes.size() - at - 12) continue;
    if (!bytes.substr(at + 12, name_size).drop_front(owner.size()).trim('\0').empty()) continue;
    if (size > bytes.size() - at - 12 - padded) continue;
    take({static_cast<std::uint32_t>(number(note + 8, 4)), bytes.substr(at + 12 + padded, size)});
  }
}

void ElfImage::each_note(llvm::StringRef owner, llvm::function_ref<void(const ElfNote &)> take) const {
  std::vector<ElfRange> ranges;
  auto add = [&](ElfRange range) {
    range = clip(range, file_size);
    for (const ElfRange &other : ranges)
      if (range.offset >= other.offset && range.offset + range.size <= other.offset + other.size) return;
    if (range && range.size <= most_notes && ranges.size() < 64) ranges.push_back(range);
  };
  for (const ElfSegment &segment : segments)
    if (segment.type == PT_NOTE) add({segment.offset, segment.size});
  for (const Section &section : sections_)
    if (section.type == SHT_NOTE) add(section.range);
  if (ranges.empty())
    for (const ElfSegment &segment : segments)
      if (segment.type == PT_LOAD && segment.size <= most_loaded)
        ranges.push_back(clip({segment.offset, segment.size}, file_size));
  for (const ElfRange &range : ranges) notes_in(bytes_of(range), owner, take);
}

void ElfImage::each_choice(std::uint32_t chosen, llvm::function_ref<void(size_t, bool)> take) const {
  each_note("cxx-alloc-chosen", [&](const ElfNote &note) {
    if (note.type != chosen) return;
    llvm::StringRef rest = note.text;
    for (size_t entry = 0; rest.size() >= 8; ++entry, rest = rest.drop_front(8))
      take(entry, static_cast<std::uint32_t>(number(rest.data(), 4)) ==
                      static_cast<std::uint32_t>(number(rest.data() + 4, 4)) + 4);
  });
}

}  // namespace cxx_alloc
