// SPDX-License-Identifier: Apache-2.0
// Each row was checked with a program that defines malloc and calls strdup: whose malloc does the C library call?
#include "inputs/version_script.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

using namespace cxx_alloc;

namespace {

constexpr Linker all[] = {Linker::unknown, Linker::bfd, Linker::gold, Linker::lld, Linker::mold};
constexpr Linker not_bfd[] = {Linker::gold, Linker::lld, Linker::mold};

}  // namespace

TEST_CASE("local patterns hide malloc", "[version_script]") {
  for (const char *text : {"{ global: main; local: *; };", "V1 {\n  global: foo*;\n  local:\n    *;\n};",
                           "{ local: m*; };", "{ local: calloc; };", "{ global: extern \"C++\" { *; }; local: *; };",
                           "{ global: malloc; free; local: *; };",  // half of it
                           "{ /* local: x */ local: \"*\"; };", "V1 { global: a; };\nV2 { global: b; local: *; } V1;"})
    for (Linker linker : all) {
      INFO(text);
      CHECK(hiding_of(text, linker) == Hiding::yes);
    }
}

TEST_CASE("scripts that do not speak of malloc leave it alone", "[version_script]") {
  for (const char *text : {"", "V1 { global: foo; };", "{ local: secret_*; };", "# { local: *; }\n{ global: x; };",
                           "{ local: extern \"C++\" { *; }; };", "{ global: main; };", "V1 { global: a; } V0;"})
    for (Linker linker : all) {
      INFO(text);
      CHECK(hiding_of(text, linker) == Hiding::no);
    }
}

TEST_CASE("a global pattern hides malloc from GNU ld's dynamic symbols alone", "[version_script]") {
  for (const char *text :
       {"{ global: *; };", "{ global: *; local: secret_*; };", "{ global: *alloc*; free; *memalign; local: *; };",
        "{ global: malloc; free; calloc; realloc; memalign; posix_memalign; aligned_alloc; "
        "malloc_usable_size; local: *; };"}) {
    INFO(text);
    CHECK(hiding_of(text, Linker::bfd) == Hiding::unless_exported);
    CHECK(hiding_of(text, Linker::unknown) == Hiding::unknown);
    for (Linker linker : not_bfd) CHECK(hiding_of(text, linker) == Hiding::no);
  }
}

TEST_CASE("a version of its own hides malloc: the C library asks for glibc's", "[version_script]") {
  for (Linker linker : all) {
    CHECK(hiding_of("V1 { global: *; };", linker) == Hiding::yes);
    CHECK(hiding_of("V1 { malloc; };", linker) == Hiding::yes);
    CHECK(hiding_of("V1 { global: x; };\nV2 { global: m*; } V1;", linker) == Hiding::yes);
    CHECK(hiding_of("GLIBC_2.2.5 { global: *; };", linker) == Hiding::unknown);
  }
  CHECK(hiding_of("V1 { global: x; }; { global: *; };", Linker::lld) == Hiding::no);
}

TEST_CASE("broken version scripts are survived", "[version_script]") {
  for (const char *text : {"{", "}", "}}}{{{", "/*", "{ local: \"", "{ extern", "{ extern \"C++\"",
                           ":::", "{ local: [; }", "V1", "V1 }", "V1 ;{"})
    (void)hiding_of(text, Linker::unknown);
  SUCCEED();
}

TEST_CASE("a version script that is a pipe stays unread", "[version_script]") {
  std::string folder = "/tmp/version-script-XXXXXX";
  REQUIRE(mkdtemp(folder.data()));
  std::string pipe = folder + "/pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  alarm(20);  // who opens it waits for a writer
  CHECK(hiding_of_file(pipe, Linker::lld) == Hiding::unknown);
  CHECK(hiding_of_file(folder + "/missing", Linker::lld) == Hiding::no);
  alarm(0);
  unlink(pipe.c_str());
  rmdir(folder.c_str());
}
