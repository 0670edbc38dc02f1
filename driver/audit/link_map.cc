// SPDX-License-Identifier: Apache-2.0
// The executable's dynamic section leads to the list (DT_DEBUG, struct r_debug of <link.h>), which glibc's loader and
// musl's keep alike. The process may write anything there: each number bounds nothing but a loop that is bounded
// anyway.
#include "audit/link_map.h"

#include <llvm/ADT/StringRef.h>
#include <llvm/BinaryFormat/ELF.h>

#include <cstring>
#include <optional>

namespace cxx_alloc::audit {
namespace {

using namespace llvm::ELF;

constexpr size_t most_objects = 4096, most_dynamic = 1024, most_segments = 512;

/// The memory of a process of this machine, of 64 or 32 bits.
class Memory {
public:
  explicit Memory(ReadMemory read) : read_(read) {}
  bool is_wide = true;

  std::optional<std::uint64_t> number(std::uint64_t address, unsigned size) const {
    std::uint64_t number = 0;
    char bytes[8];
    if (address == 0 || !read_(address, {bytes, size})) return std::nullopt;
    for (unsigned i = 0; i != size; ++i) {
      unsigned shift = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? i : size - 1 - i;
      number |= std::uint64_t(static_cast<unsigned char>(bytes[i])) << 8 * shift;
    }
    return number;
  }
  std::uint64_t word() const { return is_wide ? 8 : 4; }
  std::optional<std::uint64_t> word_at(std::uint64_t address) const { return number(address, is_wide ? 8 : 4); }
  std::uint64_t clip(std::uint64_t address) const { return is_wide ? address : static_cast<std::uint32_t>(address); }

private:
  ReadMemory read_;
};

/// The address of the dynamic section of what begins at `base`.
std::optional<std::uint64_t> find_dynamic(Memory &memory, std::uint64_t base) {
  auto magic = memory.number(base, 4), kind = memory.number(base + EI_CLASS, 1);
  char elf[4];
  if (!magic || !kind) return std::nullopt;
  std::uint32_t first = static_cast<std::uint32_t>(*magic);
  std::memcpy(elf, &first, sizeof elf);
  if (llvm::StringRef(elf, 4) != "\177ELF" || (*kind != ELFCLASS64 && *kind != ELFCLASS32)) return std::nullopt;
  memory.is_wide = *kind == ELFCLASS64;
  const std::uint64_t w = memory.word();
  auto headers = memory.word_at(base + 24 + w), size = memory.number(base + 24 + 3 * w + 6, 2),
       count = memory.number(base + 24 + 3 * w + 8, 2);
  if (!headers || !size || !count || *count > most_segments) return std::nullopt;
  std::optional<std::uint64_t> bias, dynamic;
  for (std::uint64_t i = 0; i != *count; ++i) {
    std::uint64_t header = base + *headers + i * *size;
    auto type = memory.number(header, 4), offset = memory.word_at(header + (memory.is_wide ? 8 : 4)),
         address = memory.word_at(header + (memory.is_wide ? 16 : 8));
    if (!type || !offset || !address) return std::nullopt;
    if (*type == PT_LOAD && !bias) bias = base - (*address - *offset);
    if (*type == PT_DYNAMIC) dynamic = address;
  }
  if (!bias || !dynamic) return std::nullopt;
  return memory.clip(*bias + *dynamic);
}

}  // namespace

std::vector<std::uint64_t> read_link_map(std::uint64_t base, ReadMemory read) {
  Memory memory(read);
  auto dynamic = find_dynamic(memory, base);
  if (!dynamic) return {};
  const std::uint64_t w = memory.word();
  std::optional<std::uint64_t> debug;
  for (size_t i = 0; i != most_dynamic && !debug; ++i) {
    auto tag = memory.word_at(*dynamic + 2 * w * i);
    if (!tag || *tag == DT_NULL) return {};
    if (*tag == DT_DEBUG) debug = memory.word_at(*dynamic + (2 * i + 1) * w);
  }
  if (!debug || *debug == 0) return {};
  // int r_version; struct link_map *r_map; ElfW(Addr) r_brk; int r_state;
  auto version = memory.number(*debug, 4), object = memory.word_at(*debug + w),
       state = memory.number(*debug + 3 * w, 4);
  if (!version || *version == 0 || !object || !state || *state != 0) return {};
  // ElfW(Addr) l_addr; char *l_name; ElfW(Dyn) *l_ld; struct link_map *l_next, *l_prev;
  std::vector<std::uint64_t> objects;
  for (std::uint64_t at = *object, before = 0; at != 0;) {
    auto section = memory.word_at(at + 2 * w), next = memory.word_at(at + 3 * w), previous = memory.word_at(at + 4 * w);
    // A circle would lead back to one that follows another.
    if (!section || !next || !previous || *previous != before || objects.size() == most_objects) return {};
    objects.push_back(*section);
    before = at;
    at = *next;
  }
  return objects.empty() || objects.front() != *dynamic ? std::vector<std::uint64_t>() : objects;
}

}  // namespace cxx_alloc::audit
