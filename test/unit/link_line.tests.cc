// SPDX-License-Identifier: Apache-2.0
// What does a driver's own link line say, where a file that we do not read has changed it?
#include "compiler/link_line.h"

#include <catch2/catch_test_macros.hpp>

using namespace cxx_alloc;

namespace {

struct Applied {
  CommandLine line;
  std::string target = "x86_64-linux-gnu";
};

Applied apply(llvm::StringRef text) {
  Applied applied;
  apply_link_line(text, "-specs=f", applied.line, applied.target);
  return applied;
}

}  // namespace

TEST_CASE("a specs file that turns the link into a library's", "[link_line]") {
  Applied applied = apply(R"( /usr/libexec/collect2 "-shared" "-o" "a.out" crti.o a.o "-lc" crtn.o)");
  CHECK(applied.line.shared);
  CHECK(applied.line.last_kind_shared);
  CHECK(!applied.line.no_libc);
}

TEST_CASE("a specs file that brings another libc, or none", "[link_line]") {
  CHECK(apply("ld -dynamic-linker /lib/ld-musl-x86_64.so.1 a.o -lc").target == "x86_64-linux-musl");
  Applied none = apply("ld a.o -lnosys");
  CHECK(none.line.no_libc);
  CHECK(none.line.no_libc_word == "-specs=f");
}

TEST_CASE("an empty link line says nothing", "[link_line]") {
  Applied applied = apply("");
  CHECK(!applied.line.shared);
  CHECK(!applied.line.no_libc);
}

TEST_CASE("only a file that we do not read needs the judge", "[link_line]") {
  CommandLine line;
  Environment environment;
  Compiler compiler;
  compiler.words = {"ccache", "g++"};
  line.no_default_config = true;
  CHECK(!needs_judge(line, Family::gnu, compiler, environment));
  CHECK(!needs_judge(line, Family::clang, compiler, environment));
  line.indirect_word = "--config=x.cfg";
  CHECK(needs_judge(line, Family::clang, compiler, environment) == "--config=x.cfg");
  line.indirect_word.clear();
  environment.overrides_options = true;
  CHECK(needs_judge(line, Family::clang, compiler, environment) == "CCC_OVERRIDE_OPTIONS");
  CHECK(!needs_judge(line, Family::gnu, compiler, environment));
}

TEST_CASE("a launcher that we do not know may change the driver's words", "[link_line]") {
  Compiler compiler;
  compiler.words = {"diet", "gcc"};
  compiler.is_certain = false;
  CHECK(needs_judge({}, Family::gnu, compiler, {}) == "diet");
}
