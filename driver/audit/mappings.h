// SPDX-License-Identifier: Apache-2.0
// The files that are mapped in a process, by the text of /proc/PID/maps.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringRef.h>

#include <cstdint>
#include <string>
#include <vector>

namespace cxx_alloc::audit {

/// A part of a file that is mapped: a line of the text.
struct Mapping {
  std::string path;
  std::string range;  ///< "7f0-7f8", its name in /proc/PID/map_files
  std::uint64_t begin = 0, end = 0;
  std::uint64_t offset = 0;  ///< in the file, in bytes
  bool is_code = false;
  bool is_deleted = false;  ///< or its name ends so
  std::uint64_t device = 0, inode = 0;

  bool is_of_same_file(const Mapping &other) const {
    return inode == other.inode && device == other.device && path == other.path;
  }
};

/// All lines that name a file, in the order of the text.
std::vector<Mapping> parse_maps(llvm::StringRef text);

/// The files that are mapped as code, each once.
std::vector<Mapping> code_of(llvm::ArrayRef<Mapping> mappings);

/// What the kernel writes behind the name of a file that is gone.
inline constexpr llvm::StringLiteral deleted = " (deleted)";

}  // namespace cxx_alloc::audit
