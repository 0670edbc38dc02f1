// SPDX-License-Identifier: Apache-2.0
// One table of machines.
#include "audit/target.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/Twine.h>
#include <llvm/BinaryFormat/ELF.h>

namespace cxx_alloc::audit {
namespace {

using namespace llvm::ELF;

struct Machine {
  std::uint16_t number;
  bool is_wide, is_little;
  llvm::StringLiteral cpu, abi;  // the abi behind the libc's name: gnueabihf
};
constexpr Machine machines[] = {
    {EM_X86_64, true, true, "x86_64", ""},      {EM_X86_64, false, true, "x86_64", "x32"},
    {EM_386, false, true, "i386", ""},          {EM_AARCH64, true, true, "aarch64", ""},
    {EM_ARM, false, true, "arm", "eabihf"},     {EM_RISCV, true, true, "riscv64", ""},
    {EM_RISCV, false, true, "riscv32", ""},     {EM_PPC64, true, true, "powerpc64le", ""},
    {EM_PPC64, true, false, "powerpc64", ""},   {EM_PPC, false, false, "powerpc", ""},
    {EM_S390, true, false, "s390x", ""},        {EM_LOONGARCH, true, true, "loongarch64", ""},
    {EM_MIPS, true, true, "mips64el", "abi64"}, {EM_MIPS, false, true, "mipsel", ""},
    {EM_SPARCV9, true, false, "sparc64", ""},
};

const Machine *machine_of(const Facts &facts) {
  const Machine *found = llvm::find_if(machines, [&](const Machine &machine) {
    return machine.number == facts.machine && machine.is_wide == facts.is_wide && machine.is_little == facts.is_little;
  });
  return found == std::end(machines) ? nullptr : found;
}

std::string name(const Facts &facts, llvm::StringRef libc) {
  const Machine *machine = machine_of(facts);
  if (!machine) return "machine-" + std::to_string(facts.machine);
  return (llvm::Twine(machine->cpu) + "-linux-" + libc + machine->abi).str();
}

bool uses_musl(const Facts &facts) {
  auto is_musl = [](llvm::StringRef file) { return file.contains("musl"); };
  return is_musl(facts.interpreter) || is_musl(facts.soname) || llvm::any_of(facts.needed, is_musl);
}

}  // namespace

std::string target_of(const Facts &facts) { return name(facts, uses_musl(facts) ? "musl" : "gnu"); }

std::string multiarch_of(const Facts &facts) { return name(facts, "gnu"); }

}  // namespace cxx_alloc::audit
