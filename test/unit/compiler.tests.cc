// SPDX-License-Identifier: Apache-2.0
// Which compiler is run, by which of our names, and are we never it?
#include "compiler/compiler.h"
#include "compiler/find_driver.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <filesystem>
#include <fstream>
#include <vector>

using namespace cxx_alloc;
namespace fs = std::filesystem;

namespace {

llvm::BumpPtrAllocator memory;
llvm::StringSaver saver(memory);

/// Two PATH folders, the first with ourselves in it.
struct World {
  fs::path root;
  std::string self;
  Environment environment;
  World() {
    std::string name = (fs::temp_directory_path() / "cxx-alloc-unit-XXXXXX").string();
    root = mkdtemp(name.data());
    fs::create_directories(root / "ours");
    fs::create_directories(root / "theirs");
    self = program("ours/cxx-alloc");
    environment.path = (root / "ours").string() + ":" + (root / "theirs").string();
  }
  ~World() { fs::remove_all(root); }
  std::string program(const char *name) {
    std::ofstream(root / name) << "#!/bin/sh\n";
    fs::permissions(root / name, fs::perms::owner_all);
    return (root / name).string();
  }
  void link(const char *target, const char *name) { fs::create_symlink(target, root / name); }
  Compiler find(const char *name) {
    auto compiler = find_compiler(name, environment, self, saver);
    if (!compiler) FAIL(llvm::toString(compiler.takeError()));
    return std::move(*compiler);
  }
  std::string error(const char *name) {
    auto compiler = find_compiler(name, environment, self, saver);
    REQUIRE(!compiler);
    return llvm::toString(compiler.takeError());
  }
};

}  // namespace

TEST_CASE("our names and the compilers they run", "[compiler]") {
  World world;
  for (const char *name : {"theirs/c++", "theirs/cc", "theirs/g++", "theirs/clang++", "theirs/aarch64-linux-gnu-g++"})
    world.program(name);
  struct Row {
    const char *name, *word;
    bool cxx;
  };
  const Row rows[] = {
      {"cxx-alloc", "c++", true},         {"/opt/bin/cxx-alloc", "c++", true},
      {"cc-alloc", "cc", false},          {"g++-alloc", "g++", true},
      {"clang++-alloc", "clang++", true}, {"aarch64-linux-gnu-g++-alloc", "aarch64-linux-gnu-g++", true},
      {"c++-alloc", "c++", true},         {"renamed", "c++", true},
  };
  for (const Row &row : rows) {
    INFO(row.name);
    Compiler compiler = world.find(row.name);
    CHECK(compiler.words[0] == std::string(row.word));
    CHECK(compiler.file == (world.root / "theirs" / row.word).string());
    CHECK(compiler.cxx == row.cxx);
  }
}

TEST_CASE("CXX_ALLOC_CXX and CXX_ALLOC_CC may hold several words", "[compiler]") {
  World world;
  world.program("theirs/ccache");
  world.program("theirs/clang++");
  world.program("theirs/gcc");
  world.environment.cxx = "ccache clang++ --target=x";
  world.environment.cc = "gcc";
  Compiler compiler = world.find("cxx-alloc");
  CHECK(compiler.words.size() == 2);
  REQUIRE(compiler.own_words.size() == 1);
  CHECK(compiler.own_words[0] == std::string("--target=x"));
  CHECK(compiler.file == (world.root / "theirs/ccache").string());
  CHECK(driver_name(compiler) == "clang++");
  CHECK(llvm::cantFail(identify_family(compiler, driver_name(compiler))) == Family::clang);
  CHECK(driver_name(world.find("cc-alloc")) == "gcc");
}

TEST_CASE("a compiler's path may hold spaces when it is quoted", "[compiler]") {
  World world;
  fs::create_directories(world.root / "a b");
  std::string file = world.program("a b/g++");
  world.environment.cxx = "'" + file + "'";
  CHECK(world.find("cxx-alloc").file == file);
}

TEST_CASE("ourselves in PATH as c++ are passed over, by inode", "[compiler]") {
  World world;
  world.link("cxx-alloc", "ours/c++");
  SECTION("for the next one, which is told its full path") {
    std::string real = world.program("theirs/c++");
    Compiler compiler = world.find("c++");
    CHECK(compiler.file == real);
    CHECK(compiler.words[0] == real);
  }
  SECTION("for g++, then clang++, where we are the only c++") {
    world.link("cxx-alloc", "ours/g++");
    world.program("theirs/clang++");
    CHECK(world.find("c++").file == (world.root / "theirs/clang++").string());
    std::string real = world.program("theirs/g++");
    CHECK(world.find("cxx-alloc").file == real);
    world.link("cxx-alloc", "ours/cc");
    real = world.program("theirs/gcc");
    CHECK(world.find("cc").file == real);
  }
  SECTION("but not where there is none at all") {
    fs::remove(world.root / "ours/c++");
    world.program("theirs/g++");
    CHECK(world.error("cxx-alloc").find("no such program in PATH") != std::string::npos);
  }
  SECTION("and without a next one that is recursion") {
    CHECK(world.error("c++").find("recursive invocation of cxx-alloc") != std::string::npos);
  }
}

TEST_CASE("recursion is an error", "[compiler]") {
  World world;
  world.environment.cxx = GENERATE_REF(std::string(world.self), std::string("cxx-alloc"));
  CHECK(world.error("cxx-alloc").find("recursive invocation of cxx-alloc") != std::string::npos);
}

TEST_CASE("a wrapper script that calls us back is stopped", "[compiler]") {
  World world;
  world.environment.cxx = world.program("theirs/wrapper++");
  world.environment.nesting = "2";
  CHECK(driver_name(world.find("cxx-alloc")) == "wrapper++");
  world.environment.nesting = "8";
  CHECK(world.error("cxx-alloc").find("recursive invocation of cxx-alloc") != std::string::npos);
  world.environment.nesting = "rubbish";
  CHECK(world.error("cxx-alloc").find("recursive invocation of cxx-alloc") != std::string::npos);
}

TEST_CASE("a missing compiler is named", "[compiler]") {
  World world;
  CHECK(world.error("cxx-alloc").find("c++: no such program in PATH") == 0);
  world.environment.cxx = "/no/such/g++";
  CHECK(world.error("cxx-alloc").find("/no/such/g++: no such program") == 0);
  world.environment.cxx = " ";
  CHECK(world.error("cxx-alloc").find("CXX_ALLOC_CXX: names no compiler") == 0);
}

TEST_CASE("nothing is run because it stands in the current directory", "[compiler]") {
  World world;
  world.program("theirs/c++");
  fs::path before = fs::current_path();
  fs::current_path(world.root / "theirs");
  world.environment.path = ":.:";
  CHECK(world.error("cxx-alloc").find("no such program in PATH") != std::string::npos);
  fs::current_path(before);
}

TEST_CASE("the family and the target are read off the name, through symbolic links", "[compiler]") {
  World world;
  world.program("theirs/aarch64-linux-gnu-g++-12");
  world.link("aarch64-linux-gnu-g++-12", "theirs/c++");
  Compiler compiler = world.find("cxx-alloc");
  CHECK(driver_name(compiler) == "aarch64-linux-gnu-g++-12");
  CHECK(compiler.words[0] == std::string("c++"));
  CHECK(llvm::cantFail(identify_family(compiler, driver_name(compiler))) == Family::gnu);
  CHECK(target_prefix(driver_name(compiler)) == "aarch64-linux-gnu");
  CHECK(target_prefix("g++-12") == "");
  CHECK(target_prefix("clang++-22") == "");
  CHECK(target_prefix("x86_64-w64-mingw32-g++") == "x86_64-w64-mingw32");
}

TEST_CASE("the driver is found by its name, or as an input behind a launcher", "[compiler]") {
  struct Row {
    Words words;
    size_t driver;
    bool is_certain;
  };
  const Row rows[] = {
      {{"g++", "-isystem", "D"}, 0, true},
      {{"/opt/bin/g++-12.2", "-m32"}, 0, true},
      {{"ccache", "g++"}, 1, true},
      {{"ccache", "distcc", "g++", "-m32"}, 2, true},
      {{"ccache", "distcc", "own-compiler"}, 2, true},
      {{"env", "A=B", "C=clang++", "g++"}, 3, true},
      {{"env", "-u", "A", "aarch64-linux-gnu-gcc-12"}, 3, true},
      {{"mold", "-run", "clang++-22", "-O2"}, 2, true},
      {{"nice", "-n", "10", "gfortran"}, 3, true},
      {{"nice", "-n", "5", "--", "g++"}, 4, true},
      {{"env", "-u", "X", "--", "A=B", "g++", "--", "clang"}, 5, true},
      {{"numactl", "-l", "g++"}, 2, true},
      {{"ltrace", "-L", "g++"}, 2, true},
      {{"fakeroot", "-u", "--", "g++"}, 3, true},
      {{"stdbuf", "--output", "gcc", "--error=gcc", "-i", "gcc", "g++"}, 6, true},
      {{"timeout", "--kill", "gcc", "10", "g++"}, 4, true},
      {{"setarch", "x86_64", "-R", "g++"}, 3, true},
      {{"env", "-u", "gcc", "-a", "gcc", "own-compiler", "gcc"}, 6, false},
      {{"env", "-i", "g++"}, 2, false},
      {{"env", "-", "g++"}, 2, false},
      {{"env", "-u", "PATH", "g++"}, 3, false},
      {{"env", "--ignore-env", "g++"}, 2, false},
      {{"env", "LIBRARY_PATH=D", "g++"}, 2, false},
      {{"diet", "--", "gcc"}, 2, false},
      {{"diet", "gcc"}, 1, false},
      {{"env", "diet", "gcc"}, 2, false},
      {{"diet", "-Os", "gcc", "-isystem", "g++"}, 2, false},
      {{"own-compiler", "-isystem", "D"}, 0, true},
      {{"own-compiler", "-o", "own-program", "main.o"}, 0, true},
      {{"ccache"}, 0, true},
  };
  for (const Row &row : rows) {
    INFO(row.words[0] << " … " << row.words.back());
    Words words = row.words;
    DriverWord found =
        find_driver(words, saver, [](llvm::StringRef word) { return !word.ends_with(".o") && word != "10"; });
    CHECK(words == row.words);
    CHECK(found.index == row.driver);
    CHECK(found.is_certain == row.is_certain);
  }
}

TEST_CASE("env -S holds words, and they may be options again", "[compiler]") {
  struct Row {
    Words words, meant;
    size_t driver;
  };
  const Row rows[] = {
      {{"env", "-S", "g++ -m32", "x.o"}, {"env", "g++", "-m32", "x.o"}, 1},
      {{"env", "-SA=B 'a g++' -O1"}, {"env", "A=B", "a g++", "-O1"}, 2},
      {{"nice", "env", "-vS", "-u X g++"}, {"nice", "env", "-v", "-u", "X", "g++"}, 5},
      {{"env", "--split-string=-S 'nice g++'"}, {"env", "nice", "g++"}, 2},
      {{"env", "g++", "-S", "a b"}, {"env", "g++", "-S", "a b"}, 1},
  };
  for (const Row &row : rows) {
    INFO(row.words[1] << " … " << row.words.back());
    Words words = row.words;
    DriverWord found = find_driver(words, saver, [](llvm::StringRef) { return true; });
    CHECK(found.index == row.driver);
    CHECK(llvm::ArrayRef(words).size() == row.meant.size());
    for (size_t i = 0; i < std::min(words.size(), row.meant.size()); ++i) CHECK(words[i] == std::string(row.meant[i]));
  }
  World world;
  world.program("theirs/env");
  world.environment.cxx = "env -S 'g++ \\\\$FLAGS'";
  CHECK(world.error("cxx-alloc").find("CXX_ALLOC_CXX: env -S 'g++ ") == 0);
}

TEST_CASE("a launcher that changes the folder", "[compiler]") {
  World world;
  world.program("theirs/env");
  world.program("theirs/g++");
  std::string root = world.root.string();
  struct Row {
    std::string words, folder;
    std::vector<std::string> meant;
  };
  const Row rows[] = {
      {"env -C /D g++", "/D", {"env", "-C", "/D", "g++"}},
      {"env -iC/D g++", "/D", {"env", "-iC/D", "g++"}},
      {"env -C /D env --chdir=e -- g++", "/D/e", {"env", "-C", "/D", "env", "--chdir=/D/e", "--", "g++"}},
      {"env -C " + root + " theirs/g++", root, {"env", "-C", root, "theirs/g++"}},
      {"env -C D g++", fs::current_path() / "D", {"env", "-C", fs::current_path() / "D", "g++"}},
      {"env g++ -C D", "", {"env", "g++"}},
  };
  for (const Row &row : rows) {
    INFO(row.words);
    world.environment.cxx = row.words;
    Compiler compiler = world.find("cxx-alloc");
    CHECK(compiler.folder == row.folder);
    CHECK(std::vector<std::string>(compiler.words.begin(), compiler.words.end()) == row.meant);
    CHECK(compiler.driver == root + "/theirs/g++");
  }
}

TEST_CASE("what a name tells of a driver", "[compiler]") {
  for (const char *name : {"c++", "cc-12", "c99", "gcc-12.2", "clang-cl", "aarch64-linux-gnu-c++",
                           "x86_64-w64-mingw32-gfortran", "g++-mp-13", "aarch64-linux-gnu-clang++-22"}) {
    INFO(name);
    CHECK(names_a_driver(name));
  }
  for (const char *name : {"ccache", "g++-alloc", "x86_64-linux-gnu-ccache", "colorgcc", "ld"}) {
    INFO(name);
    CHECK(!names_a_driver(name));
  }
  for (const char *name : {"clang++-22", "flang-new", "icpx", "musl-clang", "my-clang++", "afl-clang-fast++"}) {
    INFO(name);
    CHECK(family_of_name(name) == Family::clang);
  }
  for (const char *name : {"g++", "colorgcc", "aarch64-linux-gnu-gcc-12", "gdc", "fake-g++", "afl-g++"}) {
    INFO(name);
    CHECK(family_of_name(name) == Family::gnu);
  }
  for (const char *name : {"c++", "cc", "aarch64-linux-gnu-c++", "own-compiler", "ccache"}) {
    INFO(name);
    CHECK(!family_of_name(name));
  }
}

TEST_CASE("one of us that only asks is told from a link", "[compiler]") {
  Environment environment;
  CHECK(!environment.is_question());
  CHECK(environment.depth() == 0);
  environment.nesting = "3?";
  CHECK(environment.is_question());
  CHECK(environment.depth() == 3);
}
