// SPDX-License-Identifier: Apache-2.0
// Which words are ours, and does the compiler get every other one as it was?
#include "words/own_options.h"

#include <catch2/catch_test_macros.hpp>
#include <llvm/ADT/StringExtras.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace cxx_alloc;

namespace {

llvm::BumpPtrAllocator memory;
llvm::StringSaver saver(memory);

std::string joined(const Words &words) {
  std::vector<std::string> all(words.begin(), words.end());
  return llvm::join(all, "|");
}

SplitCommand split(std::vector<const char *> words) {
  auto result = split_command(words, saver);
  REQUIRE(static_cast<bool>(result));
  return std::move(*result);
}

std::string error_of(std::vector<const char *> words) {
  auto result = split_command(words, saver);
  REQUIRE(!result);
  return llvm::toString(result.takeError());
}

/// A folder of its own that goes away with the test.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "cxx-alloc-unit-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string write(const char *name, const char *text) const {
    std::ofstream(path / name) << text;
    return "@" + (path / name).string();
  }
};

}  // namespace

TEST_CASE("our options are removed wherever they stand, and the last one wins", "[own_options]") {
  auto command = split({"--allocator=system", "-c", "a b.cc", "--allocator=jemalloc", "-o", "x,y"});
  CHECK(joined(command.forwarded) == "-c|a b.cc|-o|x,y");
  CHECK(command.own.allocator == "jemalloc");
}

TEST_CASE("print, help and version", "[own_options]") {
  CHECK(split({"a.cc"}).own.print == OwnOptions::Print::nothing);
  CHECK(split({"--print-allocator", "a.cc"}).own.print == OwnOptions::Print::text);
  CHECK(split({"--print-allocator=json", "a.cc"}).own.print == OwnOptions::Print::json);
  CHECK(split({"--allocator-help"}).own.help);
  CHECK(split({"--allocator-version"}).own.version);
}

TEST_CASE("options of jemalloc add up, and an empty word begins anew", "[own_options]") {
  CHECK(split({"a.cc"}).own.conf.empty());
  CHECK(split({"--allocator-conf=a:1,b:2", "a.cc", "--allocator-conf=a:3"}).own.conf == "a:1,b:2,a:3");
  CHECK(split({"--allocator-conf=a:1", "--allocator-conf=", "--allocator-conf=b:2"}).own.conf == "b:2");
  CHECK(split({"--allocator-conf=a:1", "--allocator-conf="}).own.conf.empty());
  CHECK(joined(split({"-c", "--allocator-profile", "a.cc", "--allocator-conf=x,y"}).forwarded) == "-c|a.cc");
  CHECK(split({"--allocator-profile"}).own.profile);
  CHECK(error_of({"--allocator-conf"}).find("write --allocator-conf=VALUE, in one word") != std::string::npos);
  CHECK(error_of({"--allocator-profile=1"}).find("did you mean '--allocator-profile'") != std::string::npos);
}

TEST_CASE("words after -- are files, whatever they look like", "[own_options]") {
  auto command = split({"--", "--allocator=system"});
  CHECK(joined(command.forwarded) == "--|--allocator=system");
  CHECK(!command.own.allocator);
}

TEST_CASE("misspelled options of ours name the nearest spelling", "[own_options]") {
  CHECK(error_of({"--allocator=jemaloc"}).find("did you mean 'jemalloc'") != std::string::npos);
  CHECK(error_of({"--allocator=sytem"}).find("did you mean 'system'") != std::string::npos);
  CHECK(error_of({"--allocator=JEMALLOC"}).find("did you mean 'jemalloc'") != std::string::npos);
  CHECK(error_of({"--allocator="}).find("unknown allocator ''") != std::string::npos);
  CHECK(error_of({"--allocator-hlep"}).find("did you mean '--allocator-help'") != std::string::npos);
  CHECK(error_of({"--allocator", "system"}).find("write --allocator=VALUE, in one word") != std::string::npos);
  CHECK(error_of({"a.cc", "--allocator-launch", "g++"}).find("must be the first word") != std::string::npos);
  CHECK(error_of({"--print-allocator=jsn"}).find("did you mean '--print-allocator=json'") != std::string::npos);
}

TEST_CASE("response files are forwarded as they are", "[response-file]") {
  Folder folder;
  std::string inner = folder.write("inner", "-DX='a b' \"q\\\"r\"");
  std::string outer = folder.write("outer", ("-c " + inner + " x.cc").c_str());
  auto command = split({"-O2", outer.c_str()});
  CHECK(joined(command.forwarded) == "-O2|" + outer);
  CHECK(joined(command.expanded) == "-O2|-c|-DX=a b|q\"r|x.cc");
  CHECK(!command.opened_file);
}

TEST_CASE("a response file that holds an option of ours is opened", "[response-file]") {
  Folder folder;
  std::string inner = folder.write("inner", "--allocator=system 'b c.o'");
  std::string outer = folder.write("outer", ("a.o " + inner).c_str());
  std::string other = folder.write("other", "-lfoo");
  auto command = split({outer.c_str(), other.c_str()});
  CHECK(joined(command.forwarded) == "a.o|b c.o|" + other);
  CHECK(command.own.allocator == "system");
  CHECK(command.opened_file);
}

TEST_CASE("missing, unreadable and cyclic response files are the compiler's to report", "[response-file]") {
  Folder folder;
  std::string self = "@" + (folder.path / "self").string();
  folder.write("self", self.c_str());
  std::string missing = "@" + (folder.path / "missing").string();
  std::string directory = "@" + folder.path.string();
  for (const std::string &word : {self, missing, directory, std::string("@")}) {
    INFO(word);
    CHECK(joined(split({word.c_str(), "a.cc"}).forwarded) == word + "|a.cc");
  }
}

TEST_CASE("a pipe as response file is read once, by us, and its words are forwarded", "[response-file]") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  REQUIRE(write(ends[1], "-O2 a.cc", 8) == 8);
  close(ends[1]);
  std::string word = "@/dev/fd/" + std::to_string(ends[0]);
  CHECK(joined(split({word.c_str()}).forwarded) == "-O2|a.cc");
  close(ends[0]);
}
