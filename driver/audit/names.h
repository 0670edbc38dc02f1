// SPDX-License-Identifier: Apache-2.0
// The names that tell who allocates: malloc's family, what loads plug-ins, and the marks by which an allocator is
// known.
#pragma once

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/StringRef.h>

#include <cstdint>

namespace cxx_alloc::audit {

/// A name that a symbol has exactly.
enum class Name : std::uint8_t {
  malloc,
  free,
  calloc,
  realloc,
  memalign,
  posix_memalign,
  aligned_alloc,
  valloc,
  pvalloc,
  malloc_usable_size,
  reallocarray,
  dlopen,
  dlmopen,
  dlsym,
  libc_start_main,
  libc_malloc,
  tls_get_addr,  // a libc, its malloc, a loader
  mallctl,
  mallocx,
  sdallocx,
  rallocx,
  nallocx,
  xallocx,  // jemalloc's own, as configure scripts look for them
  mmap,
  mmap64,
  sbrk,  // where every allocator's memory comes from
  count
};

/// Whoever has one must have all.
constexpr Name core[] = {Name::malloc, Name::free, Name::calloc, Name::realloc};

/// An allocator, recognized by something in the file.
enum class Mark : std::uint8_t {
  jemalloc,
  jemalloc_within,    // functions of jemalloc's that are not its interface
  prefixed_jemalloc,  // under names of its own: Rust's _rjem_malloc; nobody's malloc
  tcmalloc,
  mimalloc,
  scudo,
  snmalloc,
  rpmalloc,
  hoard,
  tbbmalloc,
  sanitizer,
  partition_alloc,
  glibc_malloc,  // libc's own, linked statically
  go,            // a program of Go alone, which has no malloc
  count
};

class NameSet {
public:
  void add(Name name) { bits_ |= 1u << static_cast<unsigned>(name); }
  bool has(Name name) const { return bits_ >> static_cast<unsigned>(name) & 1; }
  bool any() const { return bits_ != 0; }

private:
  std::uint32_t bits_ = 0;
};

class MarkSet {
public:
  void add(Mark mark) { bits_ |= 1u << static_cast<unsigned>(mark); }
  void add(MarkSet others) { bits_ |= others.bits_; }
  void remove(Mark mark) { bits_ &= ~(1u << static_cast<unsigned>(mark)); }
  bool has(Mark mark) const { return bits_ >> static_cast<unsigned>(mark) & 1; }
  bool any() const { return bits_ != 0; }

private:
  std::uint32_t bits_ = 0;
};

llvm::StringRef to_string(Name name);

/// What the name of a symbol says: one of the names, or a mark, or nothing.
struct Known {
  Name name = Name::count;
  Mark mark = Mark::count;
};

/// The names that stand in a table of strings. A symbol's name may be the end of another's string (GNU ld merges them),
/// so each string is looked at from its end.
class NamesInTable {
public:
  static constexpr size_t overlap = 64;  ///< more than the longest name here

  /// Looks at a piece of the table that begins at `offset` in it, and of which the first `already_seen` bytes are the
  /// end of the piece before.
  void look_at(llvm::StringRef piece, std::uint64_t offset, size_t already_seen);

  /// The name of a symbol whose string begins at `offset`; null if it is none of ours.
  const Known *at(std::uint32_t offset) const {
    auto found = places_.find(offset);
    return found == places_.end() ? nullptr : &found->second;
  }
  bool empty() const { return places_.empty(); }

private:
  llvm::DenseMap<std::uint32_t, Known> places_;
};

}  // namespace cxx_alloc::audit
