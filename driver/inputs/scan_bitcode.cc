// SPDX-License-Identifier: Apache-2.0
// What does an LLVM bitcode file define? Clang (since LLVM 5) appends to every module a symbol table made for
// linkers, the SYMTAB block, and the names in the STRTAB block. Reading the two takes no LLVMContext and no bitcode
// reader, which would make the command some megabytes bigger and abort on hostile input. The layout is that of
// llvm/Object/IRSymtab.h; version 3 of it is written by LLVM 9 and later.
#include "inputs/scan_internal.h"

#include <llvm/Bitcode/LLVMBitCodes.h>
#include <llvm/Bitstream/BitstreamReader.h>
#include <llvm/Object/IRSymtab.h>
#include <llvm/Support/Endian.h>
#include <llvm/Support/MathExtras.h>

namespace cxx_alloc::scan {

namespace {

namespace storage = llvm::irsymtab::storage;

struct Block {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  unsigned abbreviation_width = 0;
};

template <class T> bool take(llvm::Expected<T> value, std::uint64_t wanted) {
  if (value) return *value == wanted;
  llvm::consumeError(value.takeError());
  return false;
}

// The one blob that is all a SYMTAB or STRTAB block holds, as BitcodeWriter::writeBlob() lays it out.
std::optional<llvm::StringRef> read_blob(const Bytes &bytes, const Block &block, Buffer &buffer) {
  constexpr std::uint64_t longest_prefix = 16;
  if (block.abbreviation_width < 2 || block.abbreviation_width > 8) return std::nullopt;
  Buffer prefix_buffer;
  std::optional<llvm::StringRef> prefix =
      read_bytes(bytes, block.offset, std::min(block.size, longest_prefix), prefix_buffer);
  if (!prefix) return std::nullopt;
  llvm::SimpleBitstreamCursor cursor(*prefix);
  constexpr std::uint64_t blob_code = 1;
  static_assert(llvm::bitc::STRTAB_BLOB == blob_code && llvm::bitc::SYMTAB_BLOB == blob_code);
  if (!take(cursor.Read(block.abbreviation_width), llvm::bitc::DEFINE_ABBREV) ||
      !take(cursor.ReadVBR(5), 2) ||                         // two operands:
      !take(cursor.Read(1), 1) ||                            // a literal,
      !take(cursor.ReadVBR(8), blob_code) ||                 // the record's code,
      !take(cursor.Read(1), 0) ||                            // and an encoded one,
      !take(cursor.Read(3), llvm::BitCodeAbbrevOp::Blob) ||  // the blob
      !take(cursor.Read(block.abbreviation_width), llvm::bitc::FIRST_APPLICATION_ABBREV))
    return std::nullopt;
  llvm::Expected<std::uint32_t> size = cursor.ReadVBR(6);
  if (!size) {
    llvm::consumeError(size.takeError());
    return std::nullopt;
  }
  std::uint64_t start = llvm::alignTo(cursor.GetCurrentBitNo(), 32) / 8;
  if (start > block.size || *size > block.size - start) return std::nullopt;
  return read_bytes(bytes, block.offset + start, *size, buffer);
}

struct Modules {
  unsigned count = 0;
  std::optional<Block> symbols;
  std::optional<Block> strings;
};

// Blocks at the top level are whole 32-bit words, so their headers can be read without the rest.
std::optional<Modules> find_blocks(const Bytes &bytes, std::uint64_t offset) {
  constexpr unsigned most_blocks = 4096;
  Modules modules;
  for (unsigned i = 0; i < most_blocks; ++i) {
    Buffer buffer;
    std::optional<llvm::StringRef> header = read_bytes(bytes, offset, 8, buffer);
    if (!header) return modules;
    std::uint32_t word = llvm::support::endian::read32le(header->data());
    if ((word & 3) != llvm::bitc::ENTER_SUBBLOCK) return modules;  // padding: Darwin's, or the archiver's
    unsigned id = word >> 2 & 0xff;
    Block block{offset + 8, 4 * std::uint64_t(llvm::support::endian::read32le(header->data() + 4)), word >> 10 & 0xf};
    if (block.size > bytes.size - block.offset) return std::nullopt;
    if (id == llvm::bitc::MODULE_BLOCK_ID)
      ++modules.count;
    else if (id == llvm::bitc::SYMTAB_BLOCK_ID)
      modules.symbols = block;
    else if (id == llvm::bitc::STRTAB_BLOCK_ID)
      modules.strings = block;
    offset = block.offset + block.size;
  }
  return std::nullopt;
}

std::optional<llvm::StringRef> string_at(const storage::Str &text, llvm::StringRef strings) {
  if (text.Offset > strings.size() || text.Size > strings.size() - text.Offset) return std::nullopt;
  return strings.substr(text.Offset, text.Size);
}

}  // namespace

bool scan_bitcode(Scanner &scanner, const Bytes &whole, const Origin &origin, Wanted wanted) {
  Bytes bytes = whole;
  constexpr size_t wrapper_size = 20;  // magic, version, offset, size, CPU
  if (bytes.head.starts_with("\xDE\xC0\x17\x0B")) {
    if (bytes.head.size() < wrapper_size) return false;
    bytes = bytes.slice(llvm::support::endian::read32le(bytes.head.data() + 8),
                        llvm::support::endian::read32le(bytes.head.data() + 12));
  }
  scanner.result.has_lto_code = true;
  std::optional<Modules> modules = find_blocks(bytes, 4);
  if (!modules || !modules->symbols || !modules->strings) return false;
  std::optional<llvm::StringRef> table = read_blob(bytes, *modules->symbols, scanner.symbols);
  std::optional<llvm::StringRef> strings = read_blob(bytes, *modules->strings, scanner.strings);
  if (!table || !strings || table->size() < sizeof(storage::Header)) return false;
  const auto &header = *reinterpret_cast<const storage::Header *>(table->data());
  // `llvm-cat -b` joins modules and keeps the table of the last one.
  if (header.Version != storage::Header::kCurrentVersion || header.Modules.Size != modules->count) return false;
  std::uint64_t begin = header.Symbols.Offset, count = header.Symbols.Size;
  if (begin > table->size() || count > (table->size() - begin) / sizeof(storage::Symbol)) return false;
  for (const storage::Symbol &symbol : header.Symbols.get(*table)) {
    std::optional<llvm::StringRef> name = string_at(symbol.Name, *strings);
    if (!name) return false;
    auto has = [&](storage::Symbol::FlagBits bit) { return (symbol.Flags >> bit & 1) != 0; };
    SymbolKind kind = classify(name->begin(), name->end());
    if (kind == SymbolKind::request && has(storage::Symbol::FB_global) && !has(storage::Symbol::FB_undefined))
      scanner.mark(*name, origin);
    if ((kind != SymbolKind::malloc && kind != SymbolKind::operators) || !has(storage::Symbol::FB_global)) continue;
    if (has(storage::Symbol::FB_undefined))
      scanner.result.refers_to_operators |= wanted.references && kind == SymbolKind::operators;
    else if (wanted.definitions)
      scanner.define(kind, *name, origin);
  }
  return true;
}

}  // namespace cxx_alloc::scan
