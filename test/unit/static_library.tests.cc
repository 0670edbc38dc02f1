// SPDX-License-Identifier: Apache-2.0
// Is a static library what `ar` would have made, the same each time, and is the old one safe until the new is whole?
#include "run/static_library.h"
#include "scan_folder.h"

#include <catch2/catch_test_macros.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>

using cxx_alloc::write_static_library;

namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

// The error's text, or "".
std::string write_archive(const std::string &output, const Members &members) {
  return llvm::toString(write_static_library(output, members));
}

std::vector<std::string> names_in(const std::string &folder) {
  std::vector<std::string> names;
  for (const auto &entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  return names;
}

}  // namespace

TEST_CASE("a static library links, and its index names bitcode too", "[static_library]") {
  ScanFolder folder;
  std::string f = folder.compile("f.c", "int f(void) { return 40; }", "f.o");
  std::string g = folder.compile("g.c", "int g(void) { return 2; }", "g.o");
  std::string b = folder.compile("b.c", "int b(void) { return 1; }", "b.o", {"-flto"}, "clang-22");
  folder.write("main.c", "int f(void); int g(void); int main(void) { return f() + g() - 42; }");
  REQUIRE(write_archive(folder / "libx.a", {{"f.o", f}, {"a_member_whose_name_is_long.o", g}, {"b.o", b}}) == "");
  folder.run({"gcc", "main.c", "libx.a", "-o", "main"});
  folder.run({"./main"});
  folder.run({"sh", "-c", "ar t libx.a | tr '\\n' ' ' | grep -qx 'f.o a_member_whose_name_is_long.o b.o '"});
  folder.run({"sh", "-c", "nm -s libx.a | grep -qx 'b in b.o' && nm -s libx.a | grep -qx 'f in f.o'"});
}

TEST_CASE("equal members give equal bytes", "[static_library]") {
  ScanFolder folder;
  std::string f = folder.compile("f.c", "int f(void) { return 40; }", "f.o");
  REQUIRE(write_archive(folder / "1.a", {{"f.o", f}}) == "");
  std::filesystem::copy_file(f, folder / "other.o");
  std::filesystem::last_write_time(folder / "other.o",
                                   std::filesystem::file_time_type::clock::now() - std::chrono::hours(1000));
  REQUIRE(chmod((folder / "other.o").c_str(), 0755) == 0);
  REQUIRE(write_archive(folder / "2.a", {{"f.o", folder / "other.o"}}) == "");
  CHECK(ScanFolder::read(folder / "1.a") == ScanFolder::read(folder / "2.a"));
  folder.run({"ar", "rcsD", "ar.a", "f.o"});
  CHECK(ScanFolder::read(folder / "1.a") == ScanFolder::read(folder / "ar.a"));
}

TEST_CASE("the old library is replaced in one step", "[static_library]") {
  ScanFolder folder;
  std::string f = folder.compile("f.c", "int f(void) { return 40; }", "f.o");
  std::string output = folder.write("out/libx.a", "old");
  int old = open(output.c_str(), O_RDONLY);
  mode_t mask = umask(027);
  std::string error = write_archive(output, {{"f.o", f}});
  umask(mask);
  REQUIRE(error == "");
  char bytes[4] = {};
  CHECK(pread(old, bytes, sizeof bytes, 0) == 3);  // whoever had it open keeps the old file, whole
  CHECK(std::string(bytes) == "old");
  close(old);
  CHECK(ScanFolder::read(output).starts_with("!<arch>\n"));
  struct stat status;
  REQUIRE(stat(output.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0640);
  CHECK(names_in(folder / "out") == std::vector<std::string>{"libx.a"});
  SECTION("a symbolic link stays one") {
    std::filesystem::create_directory(folder / "links");
    std::filesystem::create_symlink("../out/libx.a", folder / "links/libx.a");
    REQUIRE(write_archive(folder / "links/libx.a", {}) == "");
    CHECK(std::filesystem::is_symlink(folder / "links/libx.a"));
    CHECK(ScanFolder::read(output) == "!<arch>\n");
  }
}

TEST_CASE("an error names the file and leaves the old library alone", "[static_library]") {
  ScanFolder folder;
  std::string f = folder.compile("f.c", "int f(void) { return 40; }", "f.o");
  std::string output = folder.write("out/libx.a", "old");
  auto fails_with = [&](const std::string &path, const Members &members, const std::string &text) {
    std::string error = write_archive(path, members);
    INFO(error);
    CHECK(error.find(text) != std::string::npos);
    CHECK(ScanFolder::read(output) == "old");
    CHECK(names_in(folder / "out") == std::vector<std::string>{"libx.a"});
  };
  fails_with(output, {{"f.o", f}, {"none.o", folder / "none.o"}}, "none.o': No such file");
  fails_with(output, {{"out", folder / "out"}}, "out': Is a directory");
  fails_with(folder / "out", {{"f.o", f}}, "out': Is a directory");
  fails_with(folder / "none/libx.a", {{"f.o", f}}, "none/libx.a': No such file");
  SECTION("also when the disk is full") {
    // EFBIG instead of ENOSPC: a limit on the size of files needs no file system of its own.
    struct rlimit limit, old_limit;
    REQUIRE(getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    limit = old_limit;
    limit.rlim_cur = 1000;
    auto handler = signal(SIGXFSZ, SIG_IGN);
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    std::string error = write_archive(output, {{"f.o", f}});
    REQUIRE(setrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    signal(SIGXFSZ, handler);
    CHECK(error.find("libx.a': File too large") != std::string::npos);
    CHECK(ScanFolder::read(output) == "old");
    CHECK(names_in(folder / "out") == std::vector<std::string>{"libx.a"});
  }
}

TEST_CASE("a device is written to and not replaced", "[static_library]") {
  ScanFolder folder;
  std::string f = folder.compile("f.c", "int f(void) { return 40; }", "f.o");
  CHECK(write_archive("/dev/null", {{"f.o", f}}) == "");
  CHECK(std::filesystem::is_character_file("/dev/null"));
  CHECK(write_archive("/dev/full", {{"f.o", f}}) == "'/dev/full': No space left on device");
  CHECK(std::filesystem::is_character_file("/dev/full"));
}
