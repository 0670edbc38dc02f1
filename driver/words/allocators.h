// SPDX-License-Identifier: Apache-2.0
// Which allocators are there? The list is made by allocators/meson.build, a folder each.
#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Error.h>

#include <string>

namespace cxx_alloc {

struct Allocator {
  llvm::StringRef name;     ///< the word of --allocator=, the folder of its runtime objects, the -lalloc_<name>
  llvm::StringRef version;  ///< empty for the process's own malloc, which has no version of ours
  llvm::StringRef summary;  ///< a line about it, for the help
  llvm::StringRef options;  ///< what --allocator-conf takes for it, or empty
  llvm::StringRef profile;  ///< how a program of --allocator-profile writes one, or empty
};

llvm::ArrayRef<Allocator> allocators();

/// What an executable gets when nothing is asked for.
llvm::StringRef default_allocator();

/// The allocator called `name`, or null.
const Allocator *find_allocator(llvm::StringRef name);

/// "jemalloc 5.3.1", or "system" where there is no version.
std::string name_and_version(llvm::StringRef name);

/// The words of --allocator=.
llvm::SmallVector<llvm::StringRef> requests();

/// What a user asks for by flag or environment: the name of an allocator, "auto" or "none".
/// `subject` is the flag or variable that an error names.
llvm::Expected<llvm::StringRef> parse_request(llvm::StringRef value, const llvm::Twine &subject);

}  // namespace cxx_alloc
