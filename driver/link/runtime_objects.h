// SPDX-License-Identifier: Apache-2.0
// Where are the runtime objects, and is this one fit to be linked?
#pragma once

#include "words/output_kind.h"

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Error.h>

#include <string>

namespace cxx_alloc {

/// The folder that holds <allocator>/<target>/<object>: `override_dir` if it is not empty, else relative to the real path of `self`.
std::string find_runtime_root(llvm::StringRef override_dir, llvm::StringRef self);

/// "x86_64-linux-gnu" of any spelling of a target: Debian's multiarch names, which the runtime's folders bear.
std::string canonical_target(llvm::StringRef triple);

/// The target that cxx-alloc itself was built for.
llvm::StringRef host_target();

/// True when `root` has a folder of `allocator` for `target`. Its objects may still be missing or broken.
bool has_runtime(llvm::StringRef root, llvm::StringRef allocator, llvm::StringRef target);

/// e_machine of ELF files for `target`, or 0 where it is no ELF target we know.
unsigned elf_machine_of(llvm::StringRef target);

/// The target of ELF files with this e_machine, taken for Linux with glibc.
std::string target_of_elf_machine(unsigned machine);

/// The path of <root>/<allocator>/<target>/<name>. An error when it is missing, truncated or for another machine.
llvm::Expected<std::string> runtime_object(llvm::StringRef root, llvm::StringRef allocator, llvm::StringRef target,
                                           llvm::StringRef name);

/// True when `path` is a runtime object of some installation of cxx-alloc: <allocator>/<target>/<name>.
bool is_runtime_object(llvm::StringRef path);

}  // namespace cxx_alloc
