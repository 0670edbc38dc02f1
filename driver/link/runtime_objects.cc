// SPDX-License-Identifier: Apache-2.0
// Where are the runtime objects? Relative to our own real path, so that an installed tree can be moved.
#include "link/runtime_objects.h"

#include "words/allocators.h"
#include "message.h"
#include "paths.h"

#include <llvm/BinaryFormat/ELF.h>
#include <llvm/Object/ELF.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/TargetParser/Triple.h>

namespace cxx_alloc {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

constexpr llvm::StringRef object_names[] = {"executable.o", "executable-profile.o", "operators.o",
                                            "operators-profile.o", "shared-library.note",
                                            "shared-library.guest", "shared-library-operators.guest"};

llvm::Error unfit(llvm::StringRef file, const llvm::Twine &fact) {
  return make_error(file, fact, "reinstall cxx-alloc, or set CXX_ALLOC_RUNTIME_DIR to its lib/cxx-alloc folder");
}

std::string machine_name(unsigned machine) {
  switch (machine) {
  case llvm::ELF::EM_X86_64: return "x86_64";
  case llvm::ELF::EM_386: return "i386";
  case llvm::ELF::EM_AARCH64: return "aarch64";
  case llvm::ELF::EM_ARM: return "arm";
  case llvm::ELF::EM_RISCV: return "riscv";
  case llvm::ELF::EM_PPC64: return "powerpc64";
  case llvm::ELF::EM_S390: return "s390x";
  case llvm::ELF::EM_LOONGARCH: return "loongarch";
  default: return "unknown" + std::to_string(machine);
  }
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
  if (!override_dir.empty()) return override_dir.str();
  llvm::SmallString<256> real(self);
  (void)fs::real_path(self, real);
  llvm::StringRef prefix = path::parent_path(path::parent_path(real));
  std::string installed = (prefix + "/lib/cxx-alloc").str();
  // In the build tree the objects stand where Meson makes them.
  return fs::is_directory(installed) ? installed : (prefix + "/allocators").str();
}

std::string canonical_target(llvm::StringRef triple_text) {
  llvm::Triple triple(llvm::Triple::normalize(triple_text));
  if (triple.getArch() == llvm::Triple::UnknownArch || !triple.isOSLinux()) return triple.str();
  llvm::StringRef environment = triple.getEnvironmentName();
  // GCC's triples name the ABI last: arm-linux-gnueabihf. Without one, glibc's.
  return (llvm::Triple::getArchTypeName(triple.getArch()) + "-linux-" + (environment.empty() ? "gnu" : environment)).str();
}

llvm::StringRef host_target() { return CXX_ALLOC_HOST_TARGET; }

bool has_runtime(llvm::StringRef root, llvm::StringRef allocator, llvm::StringRef target) {
  return fs::is_directory(root + "/" + allocator + "/" + target);
}

unsigned elf_machine_of(llvm::StringRef target) {
  switch (llvm::Triple(target).getArch()) {
  case llvm::Triple::x86_64: return llvm::ELF::EM_X86_64;
  case llvm::Triple::x86: return llvm::ELF::EM_386;
  case llvm::Triple::aarch64: return llvm::ELF::EM_AARCH64;
  case llvm::Triple::arm: return llvm::ELF::EM_ARM;
  case llvm::Triple::riscv32:
  case llvm::Triple::riscv64: return llvm::ELF::EM_RISCV;
  case llvm::Triple::ppc64le: return llvm::ELF::EM_PPC64;
  case llvm::Triple::systemz: return llvm::ELF::EM_S390;
  case llvm::Triple::loongarch64: return llvm::ELF::EM_LOONGARCH;
  default: return 0;
  }
}

std::string target_of_elf_machine(unsigned machine) { return machine_name(machine) + "-linux-gnu"; }

llvm::Expected<std::string> runtime_object(llvm::StringRef root, llvm::StringRef allocator, llvm::StringRef target,
                                           llvm::StringRef name) {
  llvm::SmallString<256> file(root);
  path::append(file, allocator, target, name);
  if (auto error = fs::make_absolute(file)) return unfit(file, error.message());
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer) return unfit(file, "the runtime object cannot be read (" + buffer.getError().message() + ")");

  llvm::StringRef bytes = (*buffer)->getBuffer();
  if (bytes.size() < sizeof(llvm::ELF::Elf32_Ehdr) || !bytes.starts_with("\177ELF"))
    return unfit(file, "the runtime object is truncated or no ELF object (" + llvm::Twine(bytes.size()) + " bytes)");
  bool little = bytes[llvm::ELF::EI_DATA] == llvm::ELF::ELFDATA2LSB;
  unsigned machine = little ? (unsigned char)bytes[18] | (unsigned char)bytes[19] << 8
                            : (unsigned char)bytes[19] | (unsigned char)bytes[18] << 8;
  if (machine != elf_machine_of(target))
    return unfit(file, "the runtime object is built for " + machine_name(machine) + ", but the link targets " +
                           machine_name(elf_machine_of(target)));
  bool wide = bytes[llvm::ELF::EI_CLASS] == llvm::ELF::ELFCLASS64;
  bool complete = wide ? little ? has_sections<llvm::object::ELF64LE>(bytes) : has_sections<llvm::object::ELF64BE>(bytes)
                       : little ? has_sections<llvm::object::ELF32LE>(bytes) : has_sections<llvm::object::ELF32BE>(bytes);
  if (!complete) return unfit(file, "the runtime object is truncated (" + llvm::Twine(bytes.size()) + " bytes)");
  return std::string(file);
}

bool is_runtime_object(llvm::StringRef file) {
  if (!llvm::is_contained(object_names, file_name(file)) ||
      !find_allocator(path::filename(path::parent_path(path::parent_path(file)))))
    return false;
  // A user's file may bear the same name in such a folder; ours have a note.
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer || !(*buffer)->getBuffer().starts_with("\177ELF")) return false;
  llvm::StringRef bytes = (*buffer)->getBuffer();
  return bytes.contains(llvm::StringRef("cxx-alloc", 10)) || bytes.contains(llvm::StringRef("cxx-alloc-chosen", 17));  // with the NUL
}

}  // namespace cxx_alloc
