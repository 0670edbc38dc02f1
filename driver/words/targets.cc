// SPDX-License-Identifier: Apache-2.0
// Machines and targets. Formats are GNU ld 2.40's, loaders glibc's (abi-tags and shlib-versions of 2.36).
#include "words/targets.h"

#include <llvm/ADT/Twine.h>
#include <llvm/BinaryFormat/ELF.h>
#include <llvm/TargetParser/Triple.h>

namespace cxx_alloc {
namespace {

using namespace llvm::ELF;
using llvm::StringRef;

constexpr bool little = false, big = true;

// clang-format off: a row is a line
constexpr Target table[] = {
    {"x86_64-linux-gnu", {EM_X86_64, ELFCLASS64, little}, 0, "elf64-x86-64", "/lib64/ld-linux-x86-64.so.2"},
    {"x86_64-linux-gnux32", {EM_X86_64, ELFCLASS32, little}, 0, "elf32-x86-64", "/libx32/ld-linux-x32.so.2"},
    {"i386-linux-gnu", {EM_386, ELFCLASS32, little}, 0, "elf32-i386", "/lib/ld-linux.so.2"},
    {"aarch64-linux-gnu", {EM_AARCH64, ELFCLASS64, little}, 0, "elf64-littleaarch64", "/lib/ld-linux-aarch64.so.1"},
    // An object without either bit is one of armhf: compilers mark what uses floating point, linkers what is finished.
    {"arm-linux-gnueabi", {EM_ARM, ELFCLASS32, little, EF_ARM_ABI_FLOAT_SOFT}, EF_ARM_ABI_FLOAT_SOFT, "elf32-littlearm", "/lib/ld-linux.so.3"},
    {"arm-linux-gnueabihf", {EM_ARM, ELFCLASS32, little}, 0, "elf32-littlearm", "/lib/ld-linux-armhf.so.3"},
    {"riscv64-linux-gnu", {EM_RISCV, ELFCLASS64, little}, 0, "elf64-littleriscv", "/lib/ld-linux-riscv64-lp64d.so.1"},
    {"riscv32-linux-gnu", {EM_RISCV, ELFCLASS32, little}, 0, "elf32-littleriscv", "/lib/ld-linux-riscv32-ilp32d.so.1"},
    {"powerpc64le-linux-gnu", {EM_PPC64, ELFCLASS64, little}, 0, "elf64-powerpcle", "/lib64/ld64.so.2"},
    {"powerpc64-linux-gnu", {EM_PPC64, ELFCLASS64, big}, 0, "elf64-powerpc", "/lib64/ld64.so.1"},
    {"powerpc-linux-gnu", {EM_PPC, ELFCLASS32, big}, 0, "elf32-powerpc", "/lib/ld.so.1"},
    {"s390x-linux-gnu", {EM_S390, ELFCLASS64, big}, 0, "elf64-s390", "/lib/ld64.so.1"},
    {"loongarch64-linux-gnu", {EM_LOONGARCH, ELFCLASS64, little}, 0, "elf64-loongarch", "/lib64/ld-linux-loongarch-lp64d.so.1"},
    {"mips64el-linux-gnuabi64", {EM_MIPS, ELFCLASS64, little}, 0, "elf64-tradlittlemips", "/lib64/ld.so.1"},
    {"mips64-linux-gnuabi64", {EM_MIPS, ELFCLASS64, big}, 0, "elf64-tradbigmips", "/lib64/ld.so.1"},
    {"mips64el-linux-gnuabin32", {EM_MIPS, ELFCLASS32, little, EF_MIPS_ABI2}, EF_MIPS_ABI2, "elf32-ntradlittlemips", "/lib32/ld.so.1"},
    {"mips64-linux-gnuabin32", {EM_MIPS, ELFCLASS32, big, EF_MIPS_ABI2}, EF_MIPS_ABI2, "elf32-ntradbigmips", "/lib32/ld.so.1"},
    {"mipsel-linux-gnu", {EM_MIPS, ELFCLASS32, little}, 0, "elf32-tradlittlemips", "/lib/ld.so.1"},
    {"mips-linux-gnu", {EM_MIPS, ELFCLASS32, big}, 0, "elf32-tradbigmips", "/lib/ld.so.1"},
    {"sparc64-linux-gnu", {EM_SPARCV9, ELFCLASS64, big}, 0, "elf64-sparc", "/lib64/ld-linux.so.2"},
};
// clang-format on

}  // namespace

llvm::ArrayRef<Target> targets() { return table; }

StringRef host_target() { return CXX_ALLOC_HOST_TARGET; }

const Target *find_target(StringRef name) {
  for (const Target &target : table)
    if (target.name == name) return &target;
  return nullptr;
}

const Target *find_target(const ElfFormat &format) {
  for (const Target &target : table)
    if (target.format.is_like(format) && (format.flags & target.abi_bits) == target.format.flags) return &target;
  return nullptr;
}

std::optional<ElfFormat> format_of(StringRef name) {
  if (const Target *target = find_target(name)) return target->format;
  for (const Target &target : table)
    if (target.name.split('-').first == name.split('-').first) return target.format;
  return std::nullopt;
}

std::string canonical_target(StringRef triple_text) {
  llvm::Triple triple(llvm::Triple::normalize(triple_text));
  if (triple.getArch() == llvm::Triple::UnknownArch || !triple.isOSLinux()) return triple.str();
  StringRef machine = llvm::Triple::getArchTypeName(triple.isThumb() ? llvm::Triple::arm : triple.getArch());
  if (triple.getArch() == llvm::Triple::sparcv9) machine = "sparc64";
  StringRef environment = triple.getEnvironmentName();
  // GCC's triples name the ABI last: arm-linux-gnueabihf. Without one, glibc's; 64-bit MIPS and ARM have several.
  if (environment.empty() || environment == "gnu")
    environment = triple.isMIPS64() ? "gnuabi64" : triple.isARM() || triple.isThumb() ? "gnueabihf" : "gnu";
  return (llvm::Twine(machine) + "-linux-" + environment).str();
}

std::string machine_name(unsigned machine) {
  for (const Target &target : table)
    if (target.format.machine == machine) return target.name.split('-').first.str();
  return "machine " + std::to_string(machine);
}

}  // namespace cxx_alloc
