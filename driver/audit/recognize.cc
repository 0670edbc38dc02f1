// SPDX-License-Identifier: Apache-2.0
// Whose malloc is it? By what is in the file, then by the name of the library.
#include "audit/verdict.h"

#include "paths.h"

namespace cxx_alloc::audit {
namespace {

struct Stem {
  llvm::StringLiteral stem, allocator;
};
/// lib<stem>.so.2, lib<stem>_minimal.so.4, lib<stem>-debug.so …
constexpr Stem stems[] = {
    {"jemalloc", "jemalloc"},
    {"tcmalloc", "tcmalloc"},
    {"mimalloc", "mimalloc"},
    {"snmalloc", "snmalloc"},
    {"rpmalloc", "rpmalloc"},
    {"hoard", "hoard"},
    {"tbbmalloc_proxy", "tbbmalloc"},
    {"tbbmalloc", "tbbmalloc"},
    {"scudo", "scudo"},
    {"asan", "sanitizer"},
    {"tsan", "sanitizer"},
    {"lsan", "sanitizer"},
    {"hwasan", "sanitizer"},
    {"msan", "sanitizer"},
    {"clang_rt.scudo", "scudo"},
    {"clang_rt.", "sanitizer"},
    {"c_malloc_debug", "system"},
    {"memusage", "system"},
    {"dmalloc", "user"},
    {"dmallocxx", "user"},
    {"efence", "user"},
    {"duma", "user"},
    {"ptmalloc", "user"},
    {"ptmalloc2", "user"},
    {"ptmalloc3", "user"},
    {"nedmalloc", "user"},
    {"ltalloc", "user"},
    {"lltalloc", "user"},
    {"umem", "user"},
    {"mesh", "user"},
    {"hardened_malloc", "user"},
    {"dislocator", "user"},
    {"gwp_asan", "user"},
};

bool is_libc_name(llvm::StringRef name) {
  return name.starts_with("libc.so") || name.starts_with("libc.musl") || name.starts_with("ld-musl") ||
         name.starts_with("ld-linux") || name.starts_with("ld64.so") || name.starts_with("libc-2.");
}

}  // namespace

llvm::StringRef allocator_by_name(llvm::StringRef file) {
  llvm::StringRef name = file_name(file);
  if (is_libc_name(name)) return "system";
  if (!name.consume_front("lib")) return "";
  name = name.take_front(name.find(".so"));
  for (const Stem &known : stems) {
    llvm::StringRef rest = name;
    if (!rest.consume_front(known.stem)) continue;
    if (rest.empty() || rest[0] == '_' || rest[0] == '-' || known.stem.ends_with(".")) return known.allocator;
  }
  return "";
}

llvm::StringRef allocator_in(const Facts &facts, llvm::StringRef path) {
  // Chromium's allocator shim carries messages of others; a sanitizer's runtime may be linked beside any of them.
  const MarkSet &marks = facts.marks;
  if (facts.exports.has(Name::libc_start_main)) return "system";
  if (marks.has(Mark::partition_alloc)) return "user";
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
  llvm::StringRef by_name = facts.kind == Kind::shared_library
                                ? allocator_by_name(facts.soname.empty() ? path : llvm::StringRef(facts.soname))
                                : llvm::StringRef();
  if (!by_name.empty()) return by_name;
  // musl's malloc is weak in front of this one.
  bool is_musl = facts.own.has(Name::libc_malloc) && facts.has_weak_malloc;
  if (marks.has(Mark::glibc_malloc) || is_musl) return "system";
  return "user";
}

}  // namespace cxx_alloc::audit
