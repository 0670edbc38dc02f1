// SPDX-License-Identifier: Apache-2.0
// Does LTO get to see malloc and the operators, and what says why not?
#include "decision/inlining.h"
#include "words/command_line.h"

#include <catch2/catch_test_macros.hpp>
#include <llvm/ADT/STLExtras.h>

using namespace cxx_alloc;

namespace {

using Strings = std::vector<std::string>;

const Strings built = {"start.o", "clang-22.1.8", "gcc-12.2.0"};
bool is_built(llvm::StringRef part) { return llvm::is_contained(built, part); }

Facts with_lto(const std::string &word, const std::string &compiler) {
  Facts facts;
  facts.output = Output::executable;
  facts.lto = Lto{.word = word, .compiler = compiler};
  return facts;
}

Strings parts(const Facts &facts, bool operators = true) {
  return decide_inlining(facts, operators, /*profile=*/false, is_built).parts;
}
std::string why_not(const Facts &facts, bool profile = false) {
  Inlining inlining = decide_inlining(facts, /*operators=*/true, profile, is_built);
  CHECK(inlining.is_asked);
  CHECK(inlining.happens() == inlining.why_not.empty());
  return inlining.why_not;
}

LtoWords words_of(std::vector<const char *> words) {
  words.push_back("main.o");
  return parse_command_line(words).lto;
}

}  // namespace

TEST_CASE("each compiler gets what was built with the very same one, of the kind that is asked for", "[inlining]") {
  CHECK(parts(with_lto("-flto", "gcc-12.2.0")) == Strings{"gcc-12.2.0/malloc-full.o", "gcc-12.2.0/operators-full.o"});
  CHECK(parts(with_lto("-flto=auto", "gcc-12.2.0"), false) == Strings{"gcc-12.2.0/malloc-full.o"});
  CHECK(parts(with_lto("-flto=thin", "clang-22.1.8")) ==
        Strings{"clang-22.1.8/malloc-thin.o", "clang-22.1.8/operators-thin.o"});
  CHECK(parts(with_lto("-flto=full", "clang-22.1.8"), false) == Strings{"clang-22.1.8/malloc-full.o"});
}

TEST_CASE("without LTO, and in what is no executable, nothing is asked", "[inlining]") {
  Facts facts = with_lto("-flto", "gcc-12.2.0");
  facts.output = Output::shared_library;
  CHECK_FALSE(decide_inlining(facts, true, false, is_built).is_asked);
  CHECK_FALSE(decide_inlining(Facts{.output = Output::executable}, true, false, is_built).is_asked);
}

TEST_CASE("what is in doubt stays out, and the reason is named", "[inlining]") {
  Facts facts = with_lto("-flto", "gcc-12.2.1");
  CHECK(why_not(facts) == "nothing was built for gcc-12.2.1");
  facts.lto->compiler.clear();
  CHECK(why_not(facts) == "the compiler does not say which it is");
  CHECK(decide_inlining(facts, true, false, [](llvm::StringRef) { return false; }).why_not ==
        "the allocator has nothing for it");
  facts = with_lto("-flto", "gcc-12.2.0");
  CHECK(why_not(facts).empty());
  CHECK(why_not(facts, /*profile=*/true) == "--allocator-profile");
  facts.wraps = {"free"};
  CHECK(why_not(facts) == "--wrap=free");
  facts.shims = {"aligned_alloc"};
  CHECK(why_not(facts) == "the program's own aligned_alloc");
  facts.lto->obstacle = "-O0";
  CHECK(why_not(facts) == "-O0");
}

TEST_CASE("the last word on LTO counts, and some words keep ours out of it", "[inlining]") {
  CHECK(words_of({}).word.empty());
  CHECK(words_of({"-flto"}).word == "-flto");
  CHECK(words_of({"-flto", "-flto=thin"}).word == "-flto=thin");
  CHECK(words_of({"-flto=auto", "-fno-lto"}).word.empty());
  CHECK(words_of({"-fno-lto", "-flto=8"}).word == "-flto=8");
  CHECK(words_of({"-flto", "-O0", "-O2"}).obstacle.empty());
  CHECK(words_of({"-flto", "-ffat-lto-objects"}).is_fat);
  for (const char *word :
       {"-O0", "-fsanitize=cfi", "-fsanitize=undefined", "-fwhole-program-vtables", "-fno-builtin",
        "-fno-builtin-malloc", "-save-temps", "-Wl,--save-temps=preopt", "-Wl,--thinlto-emit-index-files",
        "-fno-use-linker-plugin", "-Wl,--lto-obj-path=objects", "-gsplit-dwarf", "-fsave-optimization-record=yaml"}) {
    INFO(word);
    CHECK(words_of({"-flto", word}).obstacle == word);
  }
  for (const char *word : {"-O", "-O1", "-Og", "-Os", "-Ofast", "-ffast-math", "-fwrapv", "-march=native",
                           "-mtune=znver3", "-Werror", "-Werror=odr"}) {
    INFO(word);
    CHECK(words_of({"-flto", word}).obstacle.empty());
    CHECK(words_of({"-flto", word}).obstacle_of_gcc == word);
  }
  for (const char *word : {"-O2", "-O3", "-fno-strict-aliasing", "-march=x86-64", "-mtune=generic", "-Wall"}) {
    INFO(word);
    CHECK(words_of({"-flto", "-O1", "-O3", word}).obstacle_of_gcc.empty());
  }
}
