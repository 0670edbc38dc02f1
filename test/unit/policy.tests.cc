// SPDX-License-Identifier: Apache-2.0
// Which allocator, and why? One row a rule; every reason of the JSON contract appears.
#include "decision/policy.h"

#include <catch2/catch_test_macros.hpp>

using namespace cxx_alloc;

namespace {

constexpr auto everything = [](llvm::StringRef) { return true; };
constexpr auto nothing = [](llvm::StringRef) { return false; };

Facts of(Output output) {
  Facts facts;
  facts.output = output;
  facts.target = "x86_64-linux-gnu";
  return facts;
}

Request flag(const char *name) { return {name, std::string("--allocator=") + name}; }
Request variable(const char *name) { return {name, std::string("CXX_ALLOC=") + name}; }
Request library(const char *name) { return {name, std::string("-lalloc_") + name}; }

void check(const Facts &facts, llvm::StringRef allocator, llvm::StringRef reason,
           llvm::function_ref<bool(llvm::StringRef)> available = everything) {
  auto decision = decide(facts, available);
  REQUIRE(static_cast<bool>(decision));
  CHECK(decision->allocator == allocator);
  CHECK(to_string(decision->reason) == reason);
  CHECK(!decision->detail.empty());
}

std::string error_of(const Facts &facts, llvm::function_ref<bool(llvm::StringRef)> available = everything) {
  auto decision = decide(facts, available);
  REQUIRE(!decision);
  return llvm::toString(decision.takeError());
}

}  // namespace

TEST_CASE("defaults: an executable gets jemalloc, everything else the system's", "[policy]") {
  check(of(Output::executable), "jemalloc", "output-default");
  check(of(Output::shared_library), "system", "output-default");
  check(of(Output::static_library), "system", "output-default");
  check(of(Output::relocatable), "system", "output-default");
}

TEST_CASE("a command that does not link gets nothing", "[policy]") {
  Facts facts = of(Output::none);
  facts.not_a_link = "-c";
  facts.flag = flag("jemalloc");
  check(facts, "none", "not-a-link");
}

TEST_CASE("flag beats environment beats library beats request beats default", "[policy]") {
  Facts facts = of(Output::executable);
  facts.source_request = Request{"system", "main.o"};
  check(facts, "system", "source-marker");
  facts.library = library("jemalloc");
  check(facts, "jemalloc", "linked-library");
  facts.environment = variable("system");
  check(facts, "system", "environment");
  facts.flag = flag("jemalloc");
  check(facts, "jemalloc", "flag");
  facts.flag = flag("none");
  check(facts, "none", "flag");
}

TEST_CASE("--allocator=auto takes the environment back", "[policy]") {
  Facts facts = of(Output::executable);
  facts.environment = variable("system");
  facts.flag = flag("auto");
  check(facts, "jemalloc", "output-default");
}

TEST_CASE("CXX_ALLOC=auto and none", "[policy]") {
  Facts facts = of(Output::executable);
  facts.environment = variable("auto");
  check(facts, "jemalloc", "output-default");
  facts.environment = variable("none");
  check(facts, "none", "environment");
}

TEST_CASE("a provider that is linked keeps ours out", "[policy]") {
  Facts facts = of(Output::executable);
  facts.provider = Provider{Reason::linked_library, "-ltcmalloc"};
  check(facts, "user", "linked-library");
  facts.provider = Provider{Reason::user_symbols, "my_malloc.o"};
  check(facts, "user", "user-symbols");
  facts.provider = Provider{Reason::sanitizer, "-fsanitize=address"};
  check(facts, "user", "sanitizer");
  SECTION("--allocator=system leaves it") {
    facts.flag = flag("system");
    check(facts, "user", "sanitizer");
  }
  SECTION("--allocator=jemalloc is an error that names both") {
    facts.flag = flag("jemalloc");
    std::string error = error_of(facts);
    CHECK(error.find("cannot link two allocators") != std::string::npos);
    CHECK(error.find("--allocator=jemalloc") != std::string::npos);
    CHECK(error.find("-fsanitize=address") != std::string::npos);
  }
  SECTION("--allocator=none still runs the compiler untouched") {
    facts.flag = flag("none");
    check(facts, "none", "flag");
  }
}

TEST_CASE("two requests for different allocators in one link", "[policy]") {
  Facts facts = of(Output::executable);
  facts.library = library("jemalloc");
  facts.second_request = library("system");
  std::string error = error_of(facts);
  CHECK(error.find("cannot link two allocators: -lalloc_jemalloc and -lalloc_system") != std::string::npos);
  SECTION("a flag settles it") {
    facts.flag = flag("system");
    check(facts, "system", "flag");
  }
}

TEST_CASE("without libc nothing is linked", "[policy]") {
  Facts facts = of(Output::executable);
  facts.no_libc_word = "-nostdlib";
  check(facts, "none", "no-default-libs");
}

TEST_CASE("a target without a runtime gets the system's", "[policy]") {
  Facts facts = of(Output::executable);
  facts.target = "riscv64-linux-gnu";
  check(facts, "system", "unavailable-for-target", nothing);
  SECTION("silently") { CHECK(decide(facts, nothing)->notice.empty()); }
  SECTION("but an explicit flag is an error that names the target") {
    facts.flag = flag("jemalloc");
    CHECK(error_of(facts, nothing).find("riscv64-linux-gnu") != std::string::npos);
  }
}

TEST_CASE("a library that asks for jemalloc gets one of its own", "[policy]") {
  for (Output output : {Output::shared_library, Output::static_library}) {
    Facts facts = of(output);
    facts.source_request = Request{"jemalloc", "main.o"};
    check(facts, "jemalloc", "source-marker");
    check(facts, "system", "unavailable-for-target", nothing);
    facts.library = library("jemalloc");
    check(facts, "jemalloc", "linked-library");
    facts.environment = variable("jemalloc");
    check(facts, "jemalloc", "environment");
    facts.flag = flag("jemalloc");
    check(facts, "jemalloc", "flag");
    CHECK(error_of(facts, nothing).find("--allocator=jemalloc: there is no jemalloc runtime for a ") == 0);
  }
  Facts relocatable = of(Output::relocatable);
  relocatable.flag = flag("jemalloc");
  check(relocatable, "system", "output-default");
}

TEST_CASE("what a shared library links is its own affair until it asks for jemalloc too", "[policy]") {
  Facts facts = of(Output::shared_library);
  facts.provider = Provider{Reason::linked_library, "-ltcmalloc"};
  check(facts, "system", "output-default");
  facts.source_request = Request{"jemalloc", "main.o"};
  CHECK(error_of(facts) == "cannot link two allocators: main.o and -ltcmalloc; leave one of them out");
  SECTION("but its sanitized build is still the same library") {
    facts.provider = Provider{Reason::sanitizer, "-fsanitize=address"};
    check(facts, "user", "sanitizer");
  }
}

TEST_CASE("the command line overrules the source, and says so", "[policy]") {
  Facts facts = of(Output::executable);
  facts.source_request = Request{"jemalloc", "main.o"};
  facts.flag = flag("system");
  check(facts, "system", "flag");
  CHECK(decide(facts, everything)->detail ==
        "--allocator=system asks for it; main.o asks for jemalloc and is overruled");
}

TEST_CASE("a static library that carries jemalloc", "[policy]") {
  Facts facts = of(Output::executable);
  facts.carrier = Request{"jemalloc", "liba.a"};
  facts.source_request = facts.carrier;
  check(facts, "jemalloc", "source-marker");
  facts.flag = flag("system");
  check(facts, "user", "linked-library");
  facts.output = Output::shared_library;
  CHECK(error_of(facts) == "cannot link two allocators: --allocator=system and liba.a; leave one of them out");
}

TEST_CASE("a dependency that defines malloc names the library that needs it", "[policy]") {
  Facts facts = of(Output::executable);
  facts.provider = Provider{Reason::user_symbols, "/usr/lib/libjemalloc.so.2", "libfoo.so"};
  check(facts, "user", "user-symbols");
  CHECK(decide(facts, everything)->detail == "libfoo.so needs /usr/lib/libjemalloc.so.2, which defines malloc");
}

TEST_CASE("a version script that hides malloc", "[policy]") {
  Facts facts = of(Output::executable);
  facts.hiding = "exports.map";
  check(facts, "system", "hidden-by-version-script");
  CHECK(decide(facts, everything)->notice.find("exports.map") != std::string::npos);
  SECTION("is an error when jemalloc was asked for") {
    facts.flag = flag("jemalloc");
    CHECK(error_of(facts).find("exports.map: ") == 0);
  }
  SECTION("does not matter to the system's") {
    facts.flag = flag("system");
    check(facts, "system", "flag");
    CHECK(decide(facts, everything)->notice.empty());
  }
}
