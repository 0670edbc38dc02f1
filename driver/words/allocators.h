// SPDX-License-Identifier: Apache-2.0
// Which allocators are there? The list is made by allocators/meson.build, a folder each.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Error.h>

#include <string>

namespace cxx_alloc {

struct Allocator {
  llvm::StringRef name;     ///< the word of --allocator=, the folder of its runtime objects, the -lalloc_<name>
  llvm::StringRef version;  ///< empty for the process's own malloc, which has no version of ours
};

llvm::ArrayRef<Allocator> allocators();

/// The allocator called `name`, or null.
const Allocator *find_allocator(llvm::StringRef name);

/// "jemalloc 5.3.1", or "system" where there is no version.
std::string name_and_version(llvm::StringRef name);

/// What a user asks for by flag or environment: the name of an allocator, "auto" or "none".
/// `subject` is the flag or variable that an error names.
llvm::Expected<llvm::StringRef> parse_request(llvm::StringRef value, const llvm::Twine &subject);

}  // namespace cxx_alloc
