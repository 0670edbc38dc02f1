// SPDX-License-Identifier: Apache-2.0
// Which allocators are there, and is this word one of them?
#include "words/allocators.h"

#include "message.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>

namespace cxx_alloc {
namespace {

#include "allocators.inc"

// Names that people try. Each of these allocators comes as a library of that name.
constexpr llvm::StringRef linked_by_library[] = {"tcmalloc", "tcmalloc_minimal", "mimalloc", "snmalloc", "rpmalloc",
                                                 "hoard",    "tbbmalloc"};
constexpr llvm::StringRef names_of_libc[] = {"glibc", "libc", "ptmalloc", "malloc"};

}  // namespace

llvm::ArrayRef<Allocator> allocators() { return list; }

llvm::StringRef default_allocator() { return name_of_default; }

const Allocator *find_allocator(llvm::StringRef name) {
  for (const Allocator &allocator : list)
    if (allocator.name == name) return &allocator;
  return nullptr;
}

std::string name_and_version(llvm::StringRef name) {
  const Allocator *allocator = find_allocator(name);
  if (!allocator || allocator->version.empty()) return name.str();
  return (name + " " + allocator->version).str();
}

llvm::SmallVector<llvm::StringRef> requests() {
  llvm::SmallVector<llvm::StringRef> names{"auto"};
  for (const Allocator &allocator : list) names.push_back(allocator.name);
  names.push_back("none");
  return names;
}

llvm::Expected<llvm::StringRef> parse_request(llvm::StringRef value, const llvm::Twine &subject) {
  llvm::SmallVector<llvm::StringRef> names = requests();
  if (auto *found = llvm::find(names, value); found != names.end()) return *found;
  std::string fact = ("unknown allocator '" + value + "'").str(), known = llvm::join(names, ", ");
  if (llvm::is_contained(linked_by_library, value))
    return make_error(subject, fact,
                      "leave the word out and link it with -l" + value +
                          ", which stays in charge (known here: " + known + ")");
  if (llvm::is_contained(names_of_libc, value))
    return make_error(subject, fact, "write 'system' for the C library's own");
  llvm::StringRef near = nearest_spelling(value, names);
  if (near.empty()) return make_error(subject, fact, "write one of " + known);
  return make_error(subject, fact, "did you mean '" + near + "'? (one of " + known + ")");
}

}  // namespace cxx_alloc
