// SPDX-License-Identifier: Apache-2.0
// Where are the runtime objects? Relative to our own real path, so that an installed tree can be moved.
#include "link/runtime_objects.h"

#include "message.h"
#include "paths.h"

#include <llvm/BinaryFormat/ELF.h>
#include <llvm/Object/ELF.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

#include <optional>

namespace cxx_alloc {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

llvm::Error unfit(llvm::StringRef file, const llvm::Twine &fact) {
  return make_error(file, fact, "reinstall cxx-alloc, or set CXX_ALLOC_RUNTIME_DIR to its lib/cxx-alloc folder");
}

/// Section headers stand at the end of what `ld -r` writes, so a truncated object has none within the file.
template <class ELFT> bool has_sections(llvm::StringRef bytes) {
  auto file = llvm::object::ELFFile<ELFT>::create(bytes);
  if (!file) {
    llvm::consumeError(file.takeError());
    return false;
  }
  auto sections = file->sections();
  if (!sections) llvm::consumeError(sections.takeError());
  return sections && !sections->empty();
}

}  // namespace

std::string find_runtime_root(llvm::StringRef override_dir, llvm::StringRef self) {
  if (!override_dir.empty()) {
    // A linker would read a folder named -runtime as an option.
    llvm::SmallString<256> root(override_dir);
    bool no_current_folder = bool(fs::make_absolute(root));
    return no_current_folder ? override_dir.str() : root.str().str();
  }
  llvm::SmallString<256> real;
  if (fs::real_path(self, real)) real = self;
  llvm::StringRef prefix = path::parent_path(path::parent_path(real));
  std::string installed = (prefix + "/lib/cxx-alloc").str();
  // In the build tree the objects stand where Meson makes them.
  return fs::is_directory(installed) ? installed : (prefix + "/allocators").str();
}

bool has_runtime(llvm::StringRef root, llvm::StringRef allocator, llvm::StringRef target) {
  return fs::is_directory(root + "/" + allocator + "/" + target);
}

llvm::Expected<std::string> runtime_object(llvm::StringRef root, llvm::StringRef allocator, llvm::StringRef target,
                                           llvm::StringRef name) {
  llvm::SmallString<256> file(root);
  path::append(file, allocator, target, name);
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer) return unfit(file, "the runtime object cannot be read (" + buffer.getError().message() + ")");

  llvm::StringRef bytes = (*buffer)->getBuffer();
  if (bytes.size() < sizeof(llvm::ELF::Elf32_Ehdr) || !bytes.starts_with("\177ELF"))
    return unfit(file, "the runtime object is truncated or no ELF object (" + llvm::Twine(bytes.size()) + " bytes)");
  bool little = bytes[llvm::ELF::EI_DATA] == llvm::ELF::ELFDATA2LSB;
  unsigned machine = little ? (unsigned char)bytes[18] | (unsigned char)bytes[19] << 8
                            : (unsigned char)bytes[19] | (unsigned char)bytes[18] << 8;
  std::optional<ElfFormat> wanted = format_of(target);
  if (!wanted || machine != wanted->machine)
    return unfit(file, "the runtime object is built for " + machine_name(machine) + ", but the link targets " +
                           (wanted ? machine_name(wanted->machine) : target.str()));
  bool wide = bytes[llvm::ELF::EI_CLASS] == llvm::ELF::ELFCLASS64;
  bool complete = wide
                      ? little ? has_sections<llvm::object::ELF64LE>(bytes) : has_sections<llvm::object::ELF64BE>(bytes)
                  : little ? has_sections<llvm::object::ELF32LE>(bytes)
                           : has_sections<llvm::object::ELF32BE>(bytes);
  if (!complete) return unfit(file, "the runtime object is truncated (" + llvm::Twine(bytes.size()) + " bytes)");
  return std::string(file);
}

}  // namespace cxx_alloc
