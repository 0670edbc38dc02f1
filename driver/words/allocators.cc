// SPDX-License-Identifier: Apache-2.0
// Which allocators are there, and is this word one of them?
#include "words/allocators.h"

#include "message.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringExtras.h>

namespace cxx_alloc {
namespace {

constexpr Allocator list[] = {
#include "allocators.inc"
};

}  // namespace

llvm::ArrayRef<Allocator> allocators() { return list; }

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

llvm::Expected<llvm::StringRef> parse_request(llvm::StringRef value, const llvm::Twine &subject) {
  llvm::SmallVector<llvm::StringRef> names{"auto"};
  for (const Allocator &allocator : list) names.push_back(allocator.name);
  names.push_back("none");
  if (auto *found = llvm::find(names, value); found != names.end()) return *found;
  return make_error(subject, "unknown allocator '" + value + "'",
                    "did you mean '" + nearest_spelling(value, names) + "'? (one of " + llvm::join(names, ", ") + ")");
}

}  // namespace cxx_alloc
