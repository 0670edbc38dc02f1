// SPDX-License-Identifier: Apache-2.0
// Whose malloc is it? By what is in the file, then by the name of the library.
#include "audit/verdict.h"

#include "inputs/known_libraries.h"
#include "paths.h"

#include <llvm/ADT/STLExtras.h>

namespace cxx_alloc::audit {
namespace {

/// A sanitizer's runtime may be linked beside any of the others.
llvm::StringRef allocator_by_marks(MarkSet marks) {
  struct Row {
    Mark mark;
    llvm::StringLiteral allocator;
  };
  static constexpr Row rows[] = {
      {Mark::sanitizer, "sanitizer"}, {Mark::scudo, "scudo"},       {Mark::jemalloc, "jemalloc"},
      {Mark::mimalloc, "mimalloc"},   {Mark::tcmalloc, "tcmalloc"}, {Mark::snmalloc, "snmalloc"},
      {Mark::rpmalloc, "rpmalloc"},   {Mark::hoard, "hoard"},       {Mark::tbbmalloc, "tbbmalloc"},
  };
  for (const Row &row : rows)
    if (marks.has(row.mark)) return row.allocator;
  return "";
}

/// A stripped file exports a malloc that stands alone. An allocator's comes with the rest of the family, from the same
/// object.
bool has_foreign_malloc(const Facts &facts) {
  constexpr Name rest[] = {Name::posix_memalign, Name::aligned_alloc, Name::memalign, Name::valloc,
                           Name::malloc_usable_size};
  return facts.is_dynamic && !facts.has_symbols && facts.exports.has(Name::malloc) && facts.claims.empty() &&
         llvm::none_of(rest, [&](Name name) { return facts.exports.has(name); });
}

}  // namespace

bool is_libc_name(llvm::StringRef file) {
  llvm::StringRef name = file_name(file);
  return name.starts_with("libc.so") || name.starts_with("libc.musl") || name.starts_with("ld-musl") ||
         name.starts_with("ld-linux") || name.starts_with("ld64.so") || name.starts_with("libc-2.");
}

llvm::StringRef allocator_by_name(llvm::StringRef file) {
  return is_libc_name(file) ? "system" : allocator_of_library(file);
}

llvm::StringRef allocator_in(const Facts &facts, llvm::StringRef path) {
  // Chromium's allocator shim carries messages of others.
  if (facts.exports.has(Name::libc_start_main)) return "system";
  if (facts.has(Mark::partition_alloc)) return "user";
  // An allocator may be there under names of its own, and malloc be libc's.
  if (facts.has_malloc_of_libc) return "system";
  if (llvm::StringRef allocator = allocator_by_marks(facts.marks); !allocator.empty()) return allocator;
  // A static program that has its own malloc gets nothing of glibc's, whose messages tell more than those of others:
  // the program may be an allocator's tool and print them.
  if (!facts.is_dynamic && facts.has(Mark::glibc_malloc)) return "system";
  if (llvm::StringRef allocator = allocator_by_marks(facts.messages); !allocator.empty() && !has_foreign_malloc(facts))
    return allocator;
  llvm::StringRef by_name = facts.kind == Kind::shared_library
                                ? allocator_by_name(facts.soname.empty() ? path : llvm::StringRef(facts.soname))
                                : llvm::StringRef();
  if (!by_name.empty()) return by_name;
  bool is_musl = facts.own.has(Name::libc_malloc) && facts.has_weak_malloc;
  if (facts.has(Mark::glibc_malloc) || is_musl) return "system";
  // An allocator of ours that no mark is known of: the linker chose its malloc, so its note is to be believed.
  bool is_ours = facts.chose_ours && !facts.chose_others && facts.claims.size() == 1;
  return is_ours ? llvm::StringRef(facts.claims.front().allocator) : "user";
}

}  // namespace cxx_alloc::audit
