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
  CHECK(error_of("narena:1", "unknown\tnarena\tnarenas\ttcache\n") ==
        "--allocator-conf=narena:1: unknown key 'narena'; did you mean 'narenas'?");
  CHECK(error_of("narena=1", "unlisted\tnarena\tsee this\tnarenas\ttcache\n") ==
        "--allocator-conf=narena=1: unknown key 'narena'; did you mean 'narenas'?");
  CHECK(error_of("x=1", "unlisted\tx\tsee this\tnarenas\ttcache\n") ==
        "--allocator-conf=x=1: unknown key 'x'; see this");
  CHECK(error_of("a=x", "bad\ta\tx\tinvalid\tsee this\n") ==
        "--allocator-conf=a=x: bad value 'x' of 'a' (invalid); see this");
  CHECK(error_of("a", "malformed\texpected '='\tsee this\n") ==
        "--allocator-conf=a: not taken (expected '='); see this");
  CHECK(error_of("prof:true", "profile\tprof\n") ==
        "--allocator-conf=prof:true: 'prof' is about heap profiling; add --allocator-profile");
  CHECK(error_of("a:x", "bad\ta\tx\tInvalid conf value\n") ==
        "--allocator-conf=a:x: bad value 'x' of 'a'; see opt.a in jemalloc(3)");
  CHECK(error_of("a:0", "bad\ta\t0\tOut-of-range conf value\n") ==
        "--allocator-conf=a:0: value '0' of 'a' is out of range; see opt.a in jemalloc(3)");
  CHECK(
      error_of("a", "malformed\tConf string ends with key\n") ==
      "--allocator-conf=a: not of the form key:value,key:value (conf string ends with key); see TUNING in jemalloc(3)");
}

TEST_CASE("an answer that is none is an error, and a long string is cut", "[conf]") {
  for (const char *answer : {"", "\n", "good", "bad\ta\n", "unknown\tx\n"})
    CHECK(error_of("a:1", answer).find("cannot be judged") != std::string::npos);
  CHECK(error_of(std::string(300, 'a'), "").find(std::string(200, 'a') + "...: ") != std::string::npos);
}
