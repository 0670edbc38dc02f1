// SPDX-License-Identifier: Apache-2.0
// Which of the names are in a table of strings? A table has megabytes, so each string costs one look at its last four
// bytes.
#include "audit/names.h"

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
                                         "rallocx",        "nallocx",        "xallocx"};
static_assert(std::size(names) == static_cast<size_t>(Name::count));

/// How a string ends that only this allocator has: an internal function that each of its versions defines. Prefixes are
/// whatever its builder chose: jemalloc's are je_, _rjem_je_ in Rust's crate, cxa_je_ in ours.
struct Ending {
  llvm::StringLiteral text;
  Mark mark;
};
constexpr Ending endings[] = {
    {"mallctlnametomib", Mark::jemalloc},  // exported, 3.0 to 5.3
    {"arena_boot", Mark::jemalloc},        // internal, likewise
    {"malloc_mutex_boot", Mark::jemalloc},
    {"tc_malloc", Mark::tcmalloc},               // gperftools
    {"TCMallocInternalMalloc", Mark::tcmalloc},  // google/tcmalloc
    {"mi_malloc", Mark::mimalloc},
    {"mi_heap_malloc", Mark::mimalloc},
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
};

/// The candidates by a hash of their last four bytes.
class Endings {
public:
  Endings() {
    for (size_t i = 0; i != std::size(names); ++i) add({names[i], {static_cast<Name>(i), Mark::count}});
    for (const Ending &ending : endings) add({ending.text, {Name::count, ending.mark}});
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
        add(end - size, candidate.known);
        if (candidate.known.mark != Mark::count) add(string, candidate.known);
      }
    }
    string = at;
  }
}

}  // namespace cxx_alloc::audit
