// SPDX-License-Identifier: Apache-2.0
// What is plain at a glance is what the option table says too.
#include "words/compile_step.h"
#include "words/command_line.h"

#include <catch2/catch_test_macros.hpp>
#include <clang/Options/Options.h>
#include <llvm/Option/OptTable.h>

#include <random>
#include <string>
#include <vector>

using namespace cxx_alloc;
using llvm::opt::Option;

TEST_CASE("a compile step is plain at a glance where -c can be no value") {
  CHECK(plainly_compiles({"-c", "a.cc"}));
  CHECK(plainly_compiles({"-DX", "-I.", "-O2", "-g", "-Wall", "-std=c++20", "-c", "a.cc", "-o", "a.o"}));
  CHECK(plainly_compiles({"-fPIC", "-MD", "-MT", "a.o", "-MF", "a.d", "-o", "a.o", "-c", "a.cc"}));
  CHECK_FALSE(plainly_compiles({"a.cc", "-o", "a"}));
  CHECK_FALSE(plainly_compiles({"-o", "-c", "a.o"}));
  CHECK_FALSE(plainly_compiles({"-D", "-c", "a.o"}));
  CHECK_FALSE(plainly_compiles({"a.o", "--", "-c"}));
  CHECK_FALSE(plainly_compiles({"-sectcreate", "a", "b", "-c"}));
  CHECK_FALSE(plainly_compiles({"-c", "a.cc", "@words"}));
  CHECK_FALSE(plainly_compiles({"-c", "a.cc", "--allocator=system"}));
  CHECK_FALSE(plainly_compiles({"-cc1", "-O2", "-c"}));
  CHECK_FALSE(plainly_compiles({}));
}

TEST_CASE("no option of the table takes the -c that is plain at a glance") {
  const llvm::opt::OptTable &table = clang::getDriverOptTable();
  int taking = 0;
  for (unsigned i = 1; i <= table.getNumOptions(); ++i) {
    Option option = table.getOption(i);
    if (!option.hasVisibilityFlag(clang::options::ClangOption)) continue;
    std::string name = option.getPrefixedName().str();
    INFO(name);
    switch (option.getKind()) {
    case Option::SeparateClass:
    case Option::JoinedOrSeparateClass:
    case Option::JoinedAndSeparateClass:
      ++taking;
      CHECK_FALSE(plainly_compiles({name.c_str(), "-c"}));
      break;
    case Option::MultiArgClass:
    case Option::RemainingArgsClass:
    case Option::RemainingArgsJoinedClass:
      ++taking;
      CHECK_FALSE(plainly_compiles({name.c_str(), "a", "-c"}));
      CHECK_FALSE(plainly_compiles({name.c_str(), "a", "b", "-c"}));
      break;
    default: break;
    }
  }
  CHECK(taking > 100);
}

TEST_CASE("what is plain at a glance links nothing by the table") {
  const std::vector<const char *> pool = {"-c",       "-o",  "a.cc", "a.o",     "-O2",  "-D",      "-DX",
                                          "-x",       "c++", "-MF",  "-Xclang", "-Wl,", "-I",      "-Idir",
                                          "-include", "-L",  "-la",  "-T",      "-g",   "-gdwarf", "-u",
                                          "-Xlinker", "-z",  "-J",   "-E",      "-fx",  "-"};
  std::mt19937 draw(11);
  int plain = 0;
  for (int round = 0; round < 20000; ++round) {
    Words words;
    for (size_t i = 0, count = 1 + draw() % 6; i < count; ++i) words.push_back(pool[draw() % pool.size()]);
    if (!plainly_compiles(words)) continue;
    ++plain;
    std::string line;
    for (llvm::StringRef word : words) line += " " + word.str();
    INFO(line);
    CHECK_FALSE(parse_command_line(words).not_a_link.empty());
  }
  CHECK(plain > 1000);
}
