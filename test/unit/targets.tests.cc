// SPDX-License-Identifier: Apache-2.0
// Targets as Debian writes them, from every spelling that compilers use.
#include "words/targets.h"

#include <catch2/catch_test_macros.hpp>
#include <llvm/BinaryFormat/ELF.h>

using namespace cxx_alloc;

TEST_CASE("targets have Debian's names, however they are spelled", "[targets]") {
  for (auto [spelled, name] : {std::pair("x86_64-pc-linux-gnu", "x86_64-linux-gnu"),
                               {"x86_64-linux-gnu", "x86_64-linux-gnu"},
                               {"amd64-linux-gnu", "x86_64-linux-gnu"},
                               {"x86_64-unknown-linux-gnux32", "x86_64-linux-gnux32"},
                               {"i686-linux-gnu", "i386-linux-gnu"},
                               {"i386-linux-gnu", "i386-linux-gnu"},
                               {"i586-pc-linux-gnu", "i386-linux-gnu"},
                               {"aarch64-linux-gnu", "aarch64-linux-gnu"},
                               {"arm64-linux-gnu", "aarch64-linux-gnu"},
                               {"arm-linux-gnueabihf", "arm-linux-gnueabihf"},
                               {"armv7l-unknown-linux-gnueabihf", "arm-linux-gnueabihf"},
                               {"arm-linux-gnueabi", "arm-linux-gnueabi"},
                               {"thumbv7-linux-gnueabihf", "arm-linux-gnueabihf"},
                               {"riscv64-linux-gnu", "riscv64-linux-gnu"},
                               {"riscv64-unknown-linux-gnu", "riscv64-linux-gnu"},
                               {"powerpc64le-linux-gnu", "powerpc64le-linux-gnu"},
                               {"ppc64le-redhat-linux-gnu", "powerpc64le-linux-gnu"},
                               {"s390x-linux-gnu", "s390x-linux-gnu"},
                               {"loongarch64-linux-gnu", "loongarch64-linux-gnu"},
                               {"mips64el-linux-gnuabi64", "mips64el-linux-gnuabi64"},
                               {"mipsel-linux-gnu", "mipsel-linux-gnu"},
                               {"mips-linux-gnu", "mips-linux-gnu"},
                               {"x86_64-linux-musl", "x86_64-linux-musl"}}) {
    INFO(spelled);
    CHECK(canonical_target(spelled) == name);
  }
}

TEST_CASE("each target is found by its name and by its files", "[targets]") {
  for (const Target &target : targets()) {
    INFO(target.name.str());
    CHECK(canonical_target(target.name) == target.name);
    CHECK(find_target(target.name) == &target);
    CHECK(find_target(target.format) == &target);
  }
  using namespace llvm::ELF;
  CHECK(find_target(ElfFormat{EM_ARM, ELFCLASS32, false, EF_ARM_ABI_FLOAT_HARD | EF_ARM_EABI_VER5})->name ==
        "arm-linux-gnueabihf");
  CHECK(find_target(ElfFormat{EM_ARM, ELFCLASS32, false, EF_ARM_ABI_FLOAT_SOFT | EF_ARM_EABI_VER5})->name ==
        "arm-linux-gnueabi");
  CHECK(find_target(ElfFormat{EM_MIPS, ELFCLASS32, true, EF_MIPS_ARCH_64R2})->name == "mips-linux-gnu");
  CHECK(find_target(ElfFormat{EM_HEXAGON, ELFCLASS32, false}) == nullptr);
  CHECK(find_target("riscv-linux-gnu") == nullptr);
  CHECK(format_of("x86_64-linux-musl")->is_like(format_of("x86_64-linux-gnu").value()));
  CHECK(!format_of("x86_64-linux-gnu")->is_like(format_of("x86_64-linux-gnux32").value()));
  CHECK(!format_of("nothing"));
}
