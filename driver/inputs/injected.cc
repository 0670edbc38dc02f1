// SPDX-License-Identifier: Apache-2.0
// Runtime objects of ours, known by their names and by the note that they hold.
#include "inputs/injected.h"

#include "paths.h"
#include "words/allocators.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

namespace cxx_alloc {
namespace {

namespace path = llvm::sys::path;

constexpr llvm::StringRef object_names[] = {"executable.o",
                                            "executable-profile.o",
                                            "operators.o",
                                            "operators-profile.o",
                                            "shared-library.note",
                                            "shared-library.guest",
                                            "shared-library-operators.guest"};

}  // namespace

std::string injected_before(llvm::ArrayRef<LinkInput> inputs) {
  for (const LinkInput &input : inputs)
    if (input.kind == LinkInput::Kind::file && is_runtime_object(input.name)) return input.name;
  return "";
}

bool is_runtime_object(llvm::StringRef file) {
  if (!llvm::is_contained(object_names, file_name(file)) ||
      !find_allocator(path::filename(path::parent_path(path::parent_path(file)))))
    return false;
  // A user's file may bear the same name in such a folder; ours have a note.
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer || !(*buffer)->getBuffer().starts_with("\177ELF")) return false;
  llvm::StringRef bytes = (*buffer)->getBuffer();
  return bytes.contains(llvm::StringRef("cxx-alloc", 10)) ||
         bytes.contains(llvm::StringRef("cxx-alloc-chosen", 17));  // with the NUL
}

}  // namespace cxx_alloc
