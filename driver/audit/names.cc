// SPDX-License-Identifier: Apache-2.0
// Which of the names are in a table of strings? A table has megabytes, so each string costs one look at its last four
// bytes.
#include "audit/names.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>

#include <array>
#include <cstring>
#include <iterator>
#include <vector>

namespace cxx_alloc::audit {
namespace {

constexpr llvm::StringLiteral names[] = {"malloc",         "free",           "calloc",  "realloc", "memalign",
                                         "posix_memalign", "aligned_alloc",  "valloc",  "pvalloc", "malloc_usable_size",
                                         "reallocarray",   "dlopen",         "dlmopen", "dlsym",   "__libc_start_main",
                                         "__libc_malloc",  "__tls_get_addr", "mallctl", "mallocx", "sdallocx",
                                         "rallocx",        "nallocx",        "xallocx", "mmap",    "mmap64",
                                         "__sbrk"};
static_assert(std::size(names) == static_cast<size_t>(Name::count));

/// What may stand before the name.
enum class Prefix {
  none,       ///< underscores, and cxa_ of our runtime
  chosen,     ///< whatever the builder of jemalloc chose: je_, _rjem_ in Rust's crate, cxa_ in ours
  namespaced  ///< jemalloc puts je_ behind that: _rjem_je_, cxa_je_; before 3.5 nothing
};

/// A function that only this allocator defines, in each of its versions.
struct Ending {
  llvm::StringLiteral text;
  Mark mark;
  Prefix prefix = Prefix::none;
};
constexpr Ending endings[] = {
    {"mallctlnametomib", Mark::jemalloc, Prefix::chosen},  // exported, 3.0 to 5.3
    {"arena_boot", Mark::jemalloc_within, Prefix::namespaced},
    {"malloc_mutex_boot", Mark::jemalloc_within, Prefix::namespaced},
    {"tc_malloc", Mark::tcmalloc},               // gperftools
    {"TCMallocInternalMalloc", Mark::tcmalloc},  // google/tcmalloc
    {"mi_heap_malloc", Mark::mimalloc},          // not mi_malloc, which heaptrack defines in order to hand it on
    {"_mi_malloc_generic", Mark::mimalloc},
    {"__scudo_print_stats", Mark::scudo},
    {"__scudo_get_region_info_addr", Mark::scudo},
    {"sn_rust_alloc", Mark::snmalloc},
    {"__snmalloc_get_messages", Mark::snmalloc},
    {"rpmalloc_initialize", Mark::rpmalloc},
    {"xxmalloc_usable_size", Mark::hoard},
    {"scalable_malloc", Mark::tbbmalloc},
    {"__TBB_malloc_proxy", Mark::tbbmalloc},
    {"__asan_init", Mark::sanitizer},
    {"__hwasan_init", Mark::sanitizer},
    {"__tsan_init", Mark::sanitizer},
    {"__msan_init", Mark::sanitizer},
    {"__lsan_do_leak_check", Mark::sanitizer},
    {"_int_malloc", Mark::glibc_malloc},
};

constexpr unsigned most_places = 1 << 20;  // Chromium with all its symbols has some ten thousand

std::uint32_t last_four(const char *end) {
  std::uint32_t bytes;
  std::memcpy(&bytes, end - 4, 4);
  return bytes;
}

struct Candidate {
  llvm::StringRef text;
  Known known;
  Prefix prefix = Prefix::none;
};

bool may_stand_before(llvm::StringRef prefix, const Candidate &candidate) {
  if (prefix.empty()) return true;
  if (candidate.known.mark == Mark::count) return false;
  switch (candidate.prefix) {
  case Prefix::none: return prefix == "cxa_" || prefix.find_first_not_of('_') == llvm::StringRef::npos;
  case Prefix::chosen: return prefix.ends_with("_") && llvm::any_of(prefix, llvm::isAlpha);
  case Prefix::namespaced: return prefix.ends_with("je_");
  }
  return false;
}

/// Our own runtime puts cxa_ before jemalloc's names, and malloc in front of them; with any other prefix malloc is not
/// jemalloc's.
Known known_behind(llvm::StringRef prefix, const Candidate &candidate) {
  bool is_prefixed = candidate.prefix == Prefix::chosen && !prefix.empty() && prefix != "cxa_";
  return is_prefixed ? Known{Name::count, Mark::prefixed_jemalloc} : candidate.known;
}

/// The candidates by a hash of their last four bytes.
class Endings {
public:
  Endings() {
    for (size_t i = 0; i != std::size(names); ++i) add({names[i], {static_cast<Name>(i), Mark::count}});
    for (const Ending &ending : endings) add({ending.text, {Name::count, ending.mark}, ending.prefix});
  }
  const std::vector<Candidate> &of(const char *end) const { return table_[slot(last_four(end))]; }

private:
  static size_t slot(std::uint32_t bytes) { return bytes * 2654435761u >> 22; }
  void add(const Candidate &candidate) { table_[slot(last_four(candidate.text.end()))].push_back(candidate); }
  std::array<std::vector<Candidate>, 1024> table_;
};

}  // namespace

llvm::StringRef to_string(Name name) { return names[static_cast<size_t>(name)]; }

void NamesInTable::look_at(llvm::StringRef piece, std::uint64_t offset, size_t already_seen) {
  static const Endings known;
  auto add = [&](const char *begin, const Known &what) {
    std::uint64_t place = offset + (begin - piece.begin());
    if (place < UINT32_MAX - 1 && places_.size() < most_places)
      places_.try_emplace(static_cast<std::uint32_t>(place), what);
  };
  const char *at = piece.begin() + already_seen, *string = piece.begin();
  while (const void *found = at == piece.end() ? nullptr : std::memchr(at, '\0', piece.end() - at)) {
    const char *end = static_cast<const char *>(found);
    at = end + 1;
    if (end - string >= 4) {
      for (const Candidate &candidate : known.of(end)) {
        size_t size = candidate.text.size();
        if (static_cast<size_t>(end - string) < size) continue;
        if (std::memcmp(end - size, candidate.text.data(), size) != 0) continue;
        // Any part of the string may be a symbol's name, if it ends where the string does.
        for (const char *begin = end - size; begin >= string && begin + NamesInTable::overlap > end; --begin)
          if (llvm::StringRef prefix(begin, end - size - begin); may_stand_before(prefix, candidate))
            add(begin, known_behind(prefix, candidate));
      }
    }
    string = at;
  }
}

}  // namespace cxx_alloc::audit
