// SPDX-License-Identifier: Apache-2.0
// Does the answer of the program that judges a string become the right words?
#include "link/conf.h"

#include <catch2/catch_test_macros.hpp>

using namespace cxx_alloc;

namespace {

std::string error_of(llvm::StringRef conf, llvm::StringRef answer) {
  std::string baked;
  auto error = read_verdict(conf, answer, baked);
  REQUIRE(static_cast<bool>(error));
  return llvm::toString(std::move(error));
}

}  // namespace

TEST_CASE("a good string is baked with the default before it", "[conf]") {
  std::string baked;
  REQUIRE(!read_verdict("a:1", "good\tz:9,a:1\n", baked));
  CHECK(baked == "z:9,a:1");
}

TEST_CASE("each verdict has its error", "[conf]") {
  CHECK(error_of("narena:1", "unknown\tnarena\tlook there\tnarenas\ttcache\n") ==
        "--allocator-conf=narena:1: unknown key 'narena'; did you mean 'narenas'?");
  CHECK(error_of("x:1", "unknown\tx\tlook there\tnarenas\ttcache\n") ==
        "--allocator-conf=x:1: unknown key 'x'; look there");
  CHECK(error_of("a:x", "wrong\tbad value 'x' of 'a'\tlook there\n") ==
        "--allocator-conf=a:x: bad value 'x' of 'a'; look there");
  CHECK(error_of("prof:true", "profile\tprof\n") ==
        "--allocator-conf=prof:true: 'prof' is about heap profiling; add --allocator-profile");
}

TEST_CASE("an answer that is none is an error, and a long string is cut", "[conf]") {
  for (const char *answer : {"", "\n", "good", "wrong\ta\n", "unknown\tx\n"})
    CHECK(error_of("a:1", answer).find("cannot be judged") != std::string::npos);
  CHECK(error_of(std::string(300, 'a'), "").find(std::string(200, 'a') + "...: ") != std::string::npos);
}
