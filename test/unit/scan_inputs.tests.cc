// SPDX-License-Identifier: Apache-2.0
// Which files does the scan follow, from scripts, -l and what libraries need, and does it survive what is broken?
#include "scan_folder.h"

#include <catch2/catch_test_macros.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

using cxx_alloc::find_link_input;
using cxx_alloc::LibrarySearch;
using cxx_alloc::LinkInput;
using cxx_alloc::scan_link_inputs;
using cxx_alloc::ScanResult;

TEST_CASE("linker scripts that hide or define", "[scan]") {
  ScanFolder folder;
  auto scan = [&](const std::string &script) { return scan_files({folder.write("x.ld", script)}); };
  ScanResult hides = scan("VERSION { { local: *; }; V2 { global: a; }; }");
  REQUIRE(hides.versions.size() == 1);
  CHECK(hides.versions[0].text == " { local: *; }; V2 { global: a; };");
  CHECK(scan("VERSION { { local: *; }").versions.size() == 1);
  for (const char *text : {"malloc = mine;", "free=mine;", "SECTIONS { .data : { malloc = .; } }",
                           "PROVIDE(calloc = mine);", "realloc += 4;", "SECTIONS { realloc = 1; }",
                           "x = 1; y = 2; malloc = x;", "SECTIONS { .d : { PROVIDE_HIDDEN(malloc = .); } }"}) {
    INFO(text);
    CHECK(scan(text).malloc);
  }
  for (const char *text : {"my_malloc = malloc;", "ASSERT(malloc == free, \"malloc = 1;\")", "EXTERN(malloc)",
                           "/* malloc = 1; */", "SECTIONS { .data : { *(.malloc) } }", "x = malloc == 0;"}) {
    INFO(text);
    CHECK_FALSE(scan(text).malloc);
  }
  CHECK(scan("SECTIONS { /DISCARD/ : { *(.note.cxx*) } } INSERT AFTER .data;").has_uncertain_script);
  CHECK(scan("SECTIONS { .x : { *(.x) } }").has_uncertain_script);
  CHECK(scan("FUTURE_COMMAND(x)").has_uncertain_script);
  CHECK_FALSE(scan("/* GNU ld script */ OUTPUT_FORMAT(elf64-x86-64) GROUP ( a.o AS_NEEDED ( b.o ) ) ENTRY(x)")
                  .has_uncertain_script);
}

TEST_CASE("a library that a library needs is found by -rpath and -rpath-link", "[scan]") {
  ScanFolder folder;
  folder.compile("m.c", malloc_source, "m.o", {"-fPIC"});
  folder.compile("f.c", "void f(void) {}", "f.o", {"-fPIC"});
  for (const char *name : {"la", "lb"}) std::filesystem::create_directories(folder / name);
  folder.run({"gcc", "-shared", "-nostdlib", "m.o", "-Wl,-soname,libmine.so", "-o", "lb/libmine.so"});
  folder.run({"gcc", "-shared", "-nostdlib", "f.o", "-Wl,--no-as-needed", "-Llb", "-lmine", "-o", "la/libff.so"});
  LibrarySearch search;
  search.directories = {folder / "la"};
  std::vector<LinkInput> inputs{{LinkInput::Kind::library, "ff"}};
  CHECK_FALSE(scan_link_inputs(inputs, search).malloc);
  search.rpaths = {folder / "lb"};
  REQUIRE(scan_link_inputs(inputs, search).malloc);
  CHECK(scan_link_inputs(inputs, search).malloc->via == folder / "la/libff.so");
}

TEST_CASE("the inputs that a linker script names are followed", "[scan]") {
  ScanFolder folder;
  folder.compile("m.c", malloc_source, "sub/in-script.o", {"-fPIC"});
  folder.run({"ar", "rcs", "sub/libm1.a", "sub/in-script.o"});
  folder.run({"gcc", "-shared", "-nostdlib", "sub/in-script.o", "-o", "sub/libm2.so"});
  LibrarySearch search;
  auto malloc_of = [&](const std::string &script) {
    return shown(scan_files({folder.write("script/libfoo.so", script)}, search).malloc, folder);
  };
  CHECK(malloc_of("/* GNU ld script */ INPUT(" + (folder / "sub/in-script.o") + ")") == "malloc in sub/in-script.o");
  CHECK(malloc_of("OUTPUT_FORMAT(elf64-x86-64)\nGROUP ( a.o, AS_NEEDED ( \"" + (folder / "sub/libm2.so") + "\" ) )") ==
        "malloc in sub/libm2.so");
  CHECK(malloc_of("INPUT(../sub/in-script.o)") == "malloc in script/../sub/in-script.o");
  CHECK(malloc_of("INPUT(in-script.o)").empty());
  CHECK(malloc_of("SEARCH_DIR(" + (folder / "sub") + ") INPUT(-lm1)") == "malloc in sub/libm1.a(in-script.o)");
  CHECK(malloc_of("malloc = my_malloc;") == "malloc in script/libfoo.so");
  CHECK(malloc_of("VERSION { V1 { global: malloc; INPUT(../sub/in-script.o) }; }").empty());
  CHECK(malloc_of("/* INPUT(../sub/in-script.o) */").empty());
  search.directories = {folder / "sub"};
  CHECK(malloc_of("INPUT(in-script.o)") == "malloc in sub/in-script.o");
  CHECK(malloc_of("INPUT(-lm1 -l:libm2.so)") == "malloc in sub/libm1.a(in-script.o)");
  SECTION("relative to the sysroot") {
    search.directories = {};
    search.sysroot = folder / "";
    search.sysroot.pop_back();
    CHECK(malloc_of("INPUT(=/sub/in-script.o)") == "malloc in sub/in-script.o");
    CHECK(malloc_of("INPUT($SYSROOT/sub/in-script.o)") == "malloc in sub/in-script.o");
    CHECK(malloc_of("INPUT(/sub/in-script.o)") == "malloc in sub/in-script.o");
    search.sysroot = folder / "elsewhere";
    CHECK(malloc_of("INPUT(/sub/in-script.o)").empty());
  }
  SECTION("scripts that name each other end, however deep") {
    folder.write("script/b.so", "INPUT(libfoo.so b.so libfoo.so)");
    CHECK(malloc_of("INPUT(b.so libfoo.so b.so) INPUT(-lm1)") == "malloc in sub/libm1.a(in-script.o)");
    for (int i = 0; i < 100; ++i) folder.write("script/c" + std::to_string(i), "INPUT(c" + std::to_string(i + 1) + ")");
    folder.write("script/c100", "INPUT(../sub/in-script.o)");
    CHECK(malloc_of("INPUT(c0)").empty());
    CHECK(malloc_of("INPUT(c95)") == "malloc in script/../sub/in-script.o");
  }
  SECTION("a script that breaks off") {
    std::string whole = "/* a */ GROUP ( AS_NEEDED ( x.o \"y\" ) ) SECTIONS { . = 1; } malloc = x";
    for (std::size_t size = 0; size < whole.size(); ++size) malloc_of(whole.substr(0, size));
  }
}

TEST_CASE("the file found for -l is the one that the linker opens", "[scan]") {
  ScanFolder folder;
  folder.compile("m.c", malloc_source, "m.o", {"-fPIC"});
  folder.compile("m.c", malloc_source, "m32.o", {"--target=i686-linux-gnu"}, "clang-22");
  for (const char *name : {"a", "b", "c", "root/usr/lib/x86_64-linux-gnu", "root/lib", "root/opt"})
    std::filesystem::create_directories(folder / name);
  folder.run({"gcc", "-shared", "-nostdlib", "m.o", "-o", "a/libboth.so"});
  folder.run({"ar", "rcs", "a/libboth.a", "m.o"});
  folder.run({"ar", "rcs", "a/libstatic.a", "m.o"});
  folder.run({"gcc", "-shared", "-nostdlib", "m.o", "-o", "b/libstatic.so"});
  folder.run({"ar", "rcs", "c/libother.a", "m32.o"});
  folder.write("c/libscript.so", "OUTPUT_FORMAT(elf32-i386) GROUP(x.o)");
  for (const char *name :
       {"root/usr/lib/x86_64-linux-gnu/libother.a", "root/lib/libother.a", "root/opt/libopt.a", "root/lib/libscript.a"})
    std::filesystem::copy_file(folder / "a/libboth.a", folder / name);
  std::filesystem::create_directories(folder / "a/libdir.so");
  LibrarySearch search{{folder / "a", folder / "b", folder / "c", "=/opt"}, {}, folder / "root", "x86_64-linux-gnu"};
  auto found = [&](const char *name, bool static_only = false) {
    std::optional<std::string> path = find_link_input({LinkInput::Kind::library, name, static_only}, search);
    return path ? path->substr((folder / "").size()) : "";
  };
  CHECK(found("both") == "a/libboth.so");
  CHECK(found("both", true) == "a/libboth.a");
  CHECK(found("static") == "a/libstatic.a");
  CHECK(found(":libstatic.so") == "b/libstatic.so");
  CHECK(found(":libboth.a") == "a/libboth.a");
  CHECK(found("opt") == "root/opt/libopt.a");
  CHECK(found("other") == "root/usr/lib/x86_64-linux-gnu/libother.a");
  CHECK(found("script") == "root/lib/libscript.a");
  CHECK(found("dir").empty());
  CHECK(found("none").empty());
  search.target = "i386-linux-gnu";
  CHECK(found("other") == "c/libother.a");
  CHECK(found("both").empty());
  search.directories = {"$SYSROOT/opt"};
  search.target = "";
  CHECK(found("opt") == "root/opt/libopt.a");
}

TEST_CASE("what is no regular file is passed over", "[scan]") {
  ScanFolder folder;
  REQUIRE(mkfifo((folder / "fifo").c_str(), 0600) == 0);
  REQUIRE(mkfifo((folder / "fifo.o").c_str(), 0600) == 0);
  std::filesystem::create_directory(folder / "directory.o");
  std::filesystem::create_symlink("loop.o", folder / "loop.o");
  alarm(20);  // a scan that blocks ends here
  ScanResult result = scan_files({folder / "fifo", folder / "fifo.o", folder / "directory.o", folder / "loop.o",
                                  "/dev/null", folder / "missing", folder.write("empty.o", ""), ""});
  alarm(0);
  CHECK_FALSE(result.malloc);
  CHECK_FALSE(result.has_opaque_code);
  CHECK_FALSE(result.elf_format);
}

TEST_CASE("a FIFO's writer does not notice the scan", "[scan]") {
  ScanFolder folder;
  std::string path = folder / "fifo";
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  std::atomic<bool> is_opened = false;
  std::thread writer([&] {
    int descriptor = open(path.c_str(), O_WRONLY);  // waits for a reader
    is_opened = true;
    close(descriptor);
  });
  usleep(20000);
  scan_files({path});
  usleep(20000);
  CHECK_FALSE(is_opened);
  close(open(path.c_str(), O_RDONLY | O_NONBLOCK));
  writer.join();
}

TEST_CASE("a thin archive that names itself ends", "[scan]") {
  ScanFolder folder;
  folder.compile("m.c", malloc_source, "m.o");
  folder.run({"ar", "rcST", "thin.a", "m.o"});
  std::string bytes = ScanFolder::read(folder / "thin.a");
  for (const char *name : {"thin.a/", "m.o/\n"}) {
    std::string cyclic = bytes;
    cyclic.replace(cyclic.find("m.o/"), std::string(name).size(), name);
    folder.write("thin.a", cyclic);
    scan_files({folder / "thin.a"});
  }
  SUCCEED();
}

TEST_CASE("truncated and mutated inputs do no harm", "[scan]") {
  ScanFolder folder;
  std::string source = std::string(malloc_source) + uses_new_source;
  folder.compile("m.c", source, "m.o", {"-g", "-ffunction-sections"});
  folder.compile("m.c", source, "gcc.o", {"-flto"});
  folder.compile("m.c", source, "clang.bc", {"-flto"}, "clang-22");
  folder.run({"ar", "rcs", "m.a", "m.o", "gcc.o"});
  folder.run({"ar", "rcST", "thin.a", "m.o", "gcc.o"});
  folder.run({"llvm-ar-22", "--format=bsd", "rcS", "bsd.a", "m.o", "clang.bc"});
  folder.run({"gcc", "-w", "-shared", "-fPIC", "-nostdlib", "m.c", "-o", "libm.so", "-Wl,-soname,libm.so.1"});
  const std::vector<std::string> names = {"m.o", "gcc.o", "clang.bc", "m.a", "thin.a", "bsd.a", "libm.so"};
  SECTION("cut at every 64th byte") {
    for (const std::string &name : names) {
      std::string bytes = ScanFolder::read(folder / name);
      REQUIRE(scan_files({folder / name}).malloc);
      for (std::size_t size = 0; size < bytes.size(); size += 64) {
        INFO(name << " cut at " << size);
        for (const char *cut : {"cut", "cut.o"}) {  // the size of an object is not asked for
          ScanResult result = scan_files({folder.write(cut, bytes.substr(0, size))});
          // GNU as and ld put the section headers at the end: without them nothing can be known.
          if (size != 0 && (name == "m.o" || name == "gcc.o" || name == "libm.so")) {
            CHECK_FALSE(result.malloc);
            CHECK(result.has_opaque_code);
          }
        }
      }
    }
  }
  SECTION("some thousand seeded mutations") {
    std::mt19937 random(20260822);
    for (const std::string &name : names) {
      std::string whole = ScanFolder::read(folder / name);
      for (int round = 0; round < 700; ++round) {
        std::string bytes = whole;
        for (unsigned i = 0, changes = 1 + random() % 8; i < changes; ++i) {
          std::size_t at = random() % bytes.size();
          if (random() % 2 == 0)  // most of what matters stands in the headers
            at = random() % 2 == 0 ? at % 256 : bytes.size() - 1 - at % std::min<std::size_t>(bytes.size(), 2048);
          at %= bytes.size();
          constexpr char extremes[] = {'\x00', '\xff', '\x7f', '\x80'};
          bytes[at] = random() % 2 == 0 ? char(bytes[at] ^ (1 << random() % 8)) : extremes[random() % 4];
        }
        std::string path = folder.write("mutated.so", bytes);
        LibrarySearch search{{folder / ""}, {}, "", "x86_64-linux-gnu"};
        scan_files({path, folder.write("mutated.o", bytes)});
        find_link_input({LinkInput::Kind::library, "mutated", false}, search);
      }
    }
    SUCCEED();
  }
}
