// SPDX-License-Identifier: Apache-2.0
// The lines of /proc/PID/maps.
#include "audit/mappings.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>

#include <set>
#include <sys/sysmacros.h>

namespace cxx_alloc::audit {
namespace {

/// The offset, the device and the inode in a line: "r-xp 00001000 fe:00 1234  "
void read_numbers(llvm::StringRef columns, Mapping &mapping) {
  llvm::SmallVector<llvm::StringRef, 8> parts;
  llvm::SplitString(columns, parts, " ");
  unsigned major_number, minor_number;
  if (parts.size() < 4) return;
  parts[1].getAsInteger(16, mapping.offset);
  auto [first, second] = parts[2].split(':');
  if (!first.getAsInteger(16, major_number) && !second.getAsInteger(16, minor_number))
    mapping.device = makedev(major_number, minor_number);
  parts[3].getAsInteger(10, mapping.inode);
}

}  // namespace

std::vector<Mapping> parse_maps(llvm::StringRef text) {
  std::vector<Mapping> mappings;
  while (!text.empty()) {
    llvm::StringRef line;
    std::tie(line, text) = text.split('\n');
    // 7f0-7f8 r-xp 00028000 fe:00 1234    /usr/lib/libc.so.6
    auto [range, rest] = line.split(' ');
    llvm::StringRef permissions = rest.take_front(4);
    size_t slash = rest.find('/');
    if (permissions.size() < 4 || slash == llvm::StringRef::npos) continue;
    Mapping mapping;
    mapping.range = range;
    mapping.is_code = permissions[2] == 'x';
    auto [begin, end] = range.split('-');
    begin.getAsInteger(16, mapping.begin);
    end.getAsInteger(16, mapping.end);
    llvm::StringRef path = rest.drop_front(slash);
    mapping.is_deleted = path.consume_back(deleted);
    llvm::SmallVector<llvm::StringRef, 2> lines;  // the only character that is written in another way
    path.split(lines, "\\012");
    mapping.path = llvm::join(lines, "\n");
    read_numbers(rest.take_front(slash), mapping);
    mappings.push_back(std::move(mapping));
  }
  return mappings;
}

std::vector<Mapping> code_of(llvm::ArrayRef<Mapping> mappings) {
  std::vector<Mapping> code;
  std::set<std::pair<std::string, std::uint64_t>> seen;
  for (const Mapping &mapping : mappings)
    if (mapping.is_code && seen.insert({mapping.path, mapping.inode}).second) code.push_back(mapping);
  return code;
}

}  // namespace cxx_alloc::audit
