// SPDX-License-Identifier: Apache-2.0
// Whether a libc is glibc. Its libc.so is a script that names libc.so.6, or that library itself; its libc.a defines
// gnu_get_libc_version, which the index of the archive names first.
#include "inputs/foreign_libc.h"

#include "inputs/scan_internal.h"

#include <llvm/ADT/StringRef.h>

#include <unistd.h>

namespace cxx_alloc {

std::string name_foreign_libc(const std::string &file) {
  constexpr std::uint64_t enough = 4 << 20;  // glibc 2.41's libc.so.6 is 2 MB, the index of its libc.a 60 KB
  scan::Buffer head, content;
  std::optional<scan::OpenFile> bytes = scan::open_input(file.c_str(), head);
  if (!bytes) return "";
  bool is_library = scan::is_archive(bytes->head) || scan::is_elf(bytes->head);
  llvm::StringRef sign = scan::is_archive(bytes->head) ? "gnu_get_libc_version" : "libc.so.6";
  std::optional<llvm::StringRef> text = scan::read_bytes(*bytes, 0, std::min(bytes->size, enough), content);
  bool is_glibc = !text || text->contains(sign);
  if (is_glibc || !is_library) return "";
  llvm::StringRef path = file;
  for (llvm::StringRef name : {"musl", "diet", "uClibc", "klibc", "newlib"})
    if (path.contains(name)) return name == "diet" ? "dietlibc" : name.str();
  return file;
}

}  // namespace cxx_alloc
