// SPDX-License-Identifier: Apache-2.0
// The messages that tell an allocator, and the version that stands among them.
#include "audit/messages.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/BinaryFormat/ELF.h>

#include <cstring>

namespace cxx_alloc::audit {
namespace {

/// Each has a colon behind its first word.
struct Message {
  llvm::StringLiteral text;
  Mark mark;
};
constexpr Message messages[] = {
    {"<jemalloc>: ", Mark::jemalloc},  // src/malloc_io.c and others, 2.0 to 5.3
    {"mimalloc: ", Mark::mimalloc},
    {"tcmalloc: ", Mark::tcmalloc},                        // gperftools and google/tcmalloc
    {"malloc(): corrupted top size", Mark::glibc_malloc},  // glibc 2.29 and later
    {"malloc(): memory corruption", Mark::glibc_malloc},   // before
    {"Scudo ERROR: ", Mark::scudo},
};

/// "5.3.0" of "5.3.0-0-g54eaed1d8b56" around the "-g" at `at`: what `git describe` wrote when jemalloc was released.
llvm::StringRef described_version(llvm::StringRef piece, size_t at) {
  llvm::StringRef before = piece.take_front(at);
  size_t distance = before.find_last_not_of("0123456789");
  if (distance == llvm::StringRef::npos || before[distance] != '-' || distance + 1 == before.size()) return "";
  if (at + 2 >= piece.size() || !llvm::isHexDigit(piece[at + 2])) return "";
  before = before.take_front(distance);
  size_t begin = before.find_last_not_of("0123456789.");
  llvm::StringRef version = begin == llvm::StringRef::npos ? before : before.drop_front(begin + 1);
  return version.count('.') == 2 && version.size() <= 16 && llvm::isDigit(version[0]) ? version : "";
}

/// Calls `take` with pieces of the constants and the code until it returns false.
void each_constant_piece(const ElfImage &image, llvm::function_ref<bool(llvm::StringRef)> take) {
  constexpr size_t overlap = 64;  // more than any text that is looked for
  bool goes_on = true;
  for (const ElfSegment &segment : image.segments) {
    if (segment.type != llvm::ELF::PT_LOAD || segment.flags & llvm::ELF::PF_W || !goes_on) continue;
    image.each_piece({segment.offset, segment.size}, overlap,
                     [&](llvm::StringRef piece, std::uint64_t) { return goes_on = take(piece); });
  }
}

}  // namespace

bool has_text(const ElfImage &image, llvm::StringRef text) {
  bool found = false;
  each_constant_piece(image, [&](llvm::StringRef piece) {
    found = found || memmem(piece.data(), piece.size(), text.data(), text.size());
    return !found;
  });
  return found;
}

bool has_prefixed_conf(const ElfImage &image) {
  bool has_prefix = false, has_none = false;
  each_constant_piece(image, [&](llvm::StringRef piece) {
    const llvm::StringRef conf("MALLOC_CONF\0", 12);
    for (size_t at = piece.find(conf); at != llvm::StringRef::npos; at = piece.find(conf, at + 1)) {
      if (at == 0) continue;
      // The variable may be the end of a sentence about it, which linkers merge.
      bool ends_word = piece[at - 1] == '\0' || piece[at - 1] == ' ';
      has_none |= ends_word;
      has_prefix |= piece[at - 1] == '_';
    }
    return !has_none;
  });
  return has_prefix && !has_none;
}

Messages find_messages(const ElfImage &image) {
  Messages found;
  each_constant_piece(image, [&](llvm::StringRef piece) {
    // One search for what they have in common: seven for the whole texts took a third of the time of an audit of /usr.
    for (size_t colon = piece.find(':'); colon != llvm::StringRef::npos; colon = piece.find(':', colon + 1))
      for (const Message &message : messages) {
        size_t before = message.text.find(':');
        if (colon >= before && piece[colon - 1] == message.text[before - 1] &&
            piece.substr(colon - before).starts_with(message.text))
          found.marks.add(message.mark);
      }
    return true;
  });
  // Chromium's allocator has no message of its own, and carries those of others.
  if (found.marks.any() && has_text(image, "PartitionAlloc")) found.marks.add(Mark::partition_alloc);
  if (!found.marks.has(Mark::jemalloc)) return found;
  each_constant_piece(image, [&](llvm::StringRef piece) {
    for (size_t at = piece.find("-g"); at != llvm::StringRef::npos && found.version.empty();
         at = piece.find("-g", at + 1))
      found.version = described_version(piece, at).str();
    return found.version.empty();
  });
  return found;
}

}  // namespace cxx_alloc::audit
