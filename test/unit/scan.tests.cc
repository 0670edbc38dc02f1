// SPDX-License-Identifier: Apache-2.0
// Does the scan see what the linker would see, in every form that symbols come in, and does it survive what is broken?
#include "inputs/scan.h"
#include "inputs/scan_internal.h"
#include "scan_folder.h"

#include <llvm/Support/Program.h>

#include <catch2/catch_test_macros.hpp>

#include <elf.h>

#include <algorithm>
#include <cstring>

using cxx_alloc::find_link_input;
using cxx_alloc::LibrarySearch;
using cxx_alloc::LinkInput;
using cxx_alloc::scan_link_inputs;
using cxx_alloc::ScanResult;
using cxx_alloc::scan::classify;
using cxx_alloc::scan::SymbolKind;

namespace {

constexpr const char *defines_new_source = "void *_Znwm(unsigned long n) { return (void *)n; }\n";

SymbolKind classify_name(const std::string &name) { return classify(name.data(), name.data() + name.size()); }

}  // namespace

TEST_CASE("the malloc family and the 20 replaceable operators are known by name", "[scan]") {
  for (const char *name :
       {"malloc", "calloc", "realloc", "free", "posix_memalign", "aligned_alloc", "memalign", "valloc", "pvalloc",
        "malloc_usable_size", "free_sized", "free_aligned_sized", "cfree", "malloc@@V1", "malloc@V1"}) {
    INFO(name);
    CHECK(classify_name(name) == SymbolKind::malloc);
  }
  for (std::string size : {"m", "j"}) {
    std::vector<std::string> names;
    for (std::string array : {"w", "a"})
      for (std::string rest : {"", "RKSt9nothrow_t", "St11align_val_t", "St11align_val_tRKSt9nothrow_t"})
        names.push_back("_Zn" + array + size + rest);
    for (std::string array : {"l", "a"})
      for (std::string rest : {"", "RKSt9nothrow_t", "St11align_val_t", "St11align_val_tRKSt9nothrow_t"})
        names.push_back("_Zd" + array + "Pv" + rest);
    for (std::string array : {"l", "a"})
      for (std::string rest : {"", "St11align_val_t"}) names.push_back("_Zd" + array + "Pv" + size + rest);
    CHECK(names.size() == 20);
    for (const std::string &name : names) {
      INFO(name);
      CHECK(classify_name(name) == SymbolKind::operators);
      CHECK(std::ranges::count(cxx_alloc::scan::allocator_names(), name) == 1);
    }
  }
  for (const char *name : {"", "m", "mallo", "malloc_", "mallocx", "freed", "_ZnwmPv", "_ZnamPv", "_Znw", "_ZdlPvS_",
                           "_ZN3foo6mallocEv", "_ZdlPvmRKSt9nothrow_t", "_Znwx", "my_malloc", "__libc_malloc"}) {
    INFO(name);
    CHECK(classify_name(name) == SymbolKind::other);
  }
}

TEST_CASE("an object's global, weak and hidden definitions count, and its local ones do not", "[scan]") {
  ScanFolder folder;
  struct Row {
    const char *assembly;
    const char *malloc;
    const char *operators;
    bool refers;
  };
  for (const Row &row : std::initializer_list<Row>{
           {".globl malloc\nmalloc: ret\n", "malloc in x.o", "", false},
           {".weak calloc\ncalloc: ret\n", "calloc in x.o", "", false},
           {".globl free\n.hidden free\nfree: ret\n", "free in x.o", "", false},
           {".comm malloc,8,8\n", "malloc in x.o", "", false},
           {".globl malloc_impl\nmalloc_impl: ret\n.symver malloc_impl,malloc@@V1\n", "malloc in x.o", "", false},
           {"malloc: ret\n.globl f\nf: call malloc\n", "", "", false},
           {"call malloc\ncall free\n", "", "", false},
           {"call _Znwm\n", "", "", true},
           {".weak _ZdlPvm\ncall _ZdlPvm\n", "", "", true},
           {".globl _ZdlPv\n_ZdlPv: call _Znwm\n", "", "_ZdlPv in x.o", true},
           {"_Znwm: ret\n.globl f\nf: call _Znwm\n", "", "", false}}) {
    INFO(row.assembly);
    ScanResult result = scan_files({folder.compile("x.s", row.assembly, "x.o")});
    CHECK(shown(result.malloc, folder) == row.malloc);
    CHECK(shown(result.operators, folder) == row.operators);
    CHECK(result.refers_to_operators == row.refers);
    CHECK((result.elf_format && result.elf_format->machine == 62));
    CHECK_FALSE(result.has_opaque_code);
  }
}

TEST_CASE("the symbol table is found wherever it stands", "[scan]") {
  ScanFolder folder;
  std::string source = std::string(malloc_source) + uses_new_source;
  std::vector<std::string> objects;
  for (const char *compiler : {"gcc", "clang-22", "clang-14"}) {
    if (!llvm::sys::findProgramByName(compiler) && compiler == llvm::StringRef("clang-14")) continue;  // Debian 12's
    for (const char *option : {"-O0", "-ffunction-sections", "-g"})
      objects.push_back(folder.compile("m.c", source, std::to_string(objects.size()) + ".o", {option}, compiler));
  }
  folder.run({"ld", "-r", "0.o", "-o", "merged.o"});
  objects.push_back(folder / "merged.o");

  // No compiler puts it before others that have nothing to do with it, but an object may come from anywhere.
  std::string bytes = ScanFolder::read(folder / "0.o");
  Elf64_Ehdr header;
  memcpy(&header, bytes.data(), sizeof header);
  std::string sections = bytes.substr(header.e_shoff, header.e_shnum * sizeof(Elf64_Shdr));
  constexpr int more = 9;
  header.e_shoff = bytes.size();
  header.e_shnum += more;
  memcpy(bytes.data(), &header, sizeof header);
  objects.push_back(folder.write("early.o", bytes + sections + std::string(more * sizeof(Elf64_Shdr), '\0')));

  for (const std::string &object : objects) {
    ScanResult result = scan_files({object});
    CHECK(shown(result.malloc, folder) == "malloc in " + object.substr((folder / "").size()));
    CHECK(result.refers_to_operators);
    CHECK_FALSE(result.has_opaque_code);
  }
}

TEST_CASE("objects of 32-bit and big-endian targets are read", "[scan]") {
  ScanFolder folder;
  for (auto [target, machine] :
       {std::pair("i686-linux-gnu", 3), {"powerpc64-linux-gnu", 21}, {"powerpc-linux-gnu", 20}}) {
    INFO(target);
    std::string object = folder.compile("m.c", malloc_source, "m.o", {std::string("--target=") + target}, "clang-22");
    ScanResult result = scan_files({object});
    CHECK(shown(result.malloc, folder) == "malloc in m.o");
    CHECK(result.elf_format->machine == machine);
  }
}

TEST_CASE("an archive member that defines malloc is found through the index", "[scan]") {
  ScanFolder folder;
  folder.compile("m.c", malloc_source, "a_member_whose_name_is_long.o");
  folder.compile("n.c", defines_new_source, "n.o");
  folder.compile("r.c", uses_new_source, "r.o");
  folder.compile("m.c", malloc_source, "m.lto.o", {"-flto"});
  std::vector<std::string> members = {"r.o", "n.o", "a_member_whose_name_is_long.o"};
  auto archive = [&](std::vector<std::string> words) {
    words.insert(words.end(), members.begin(), members.end());
    std::filesystem::remove(folder / "x.a");
    folder.run(words);
    return folder / "x.a";
  };
  SECTION("every kind of archive") {
    for (const std::vector<std::string> &words :
         std::initializer_list<std::vector<std::string>>{{"ar", "rcs", "x.a"},
                                                         {"ar", "rcS", "x.a"},
                                                         {"ar", "rcsT", "x.a"},
                                                         {"ar", "rcST", "x.a"},
                                                         {"llvm-ar-22", "--format=bsd", "rcs", "x.a"}}) {
      INFO(words[0] + " " + words[1]);
      ScanResult result = scan_files({archive(words)});
      CHECK(shown(result.malloc, folder) == "malloc in x.a(a_member_whose_name_is_long.o)");
      CHECK(shown(result.operators, folder) == "_Znwm in x.a(n.o)");
      CHECK(result.refers_to_operators);
      CHECK_FALSE(result.has_opaque_code);
    }
  }
  SECTION("the index answers even if the member does not") {
    std::string path = archive({"ar", "rcs", "x.a"});
    std::string bytes = ScanFolder::read(path);
    for (std::size_t at = bytes.find("\177ELF"); at != std::string::npos; at = bytes.find("\177ELF", at))
      bytes.replace(at, 4, "JUNK");
    ScanResult result = scan_files({folder.write("junk.a", bytes)});
    CHECK(shown(result.malloc, folder) == "malloc in junk.a(a_member_whose_name_is_long.o)");
    CHECK_FALSE(result.refers_to_operators);
  }
  SECTION("an index that names only the mark of GCC's LTO does not answer") {
    members = {"m.lto.o"};
    ScanResult result = scan_files({archive({"llvm-ar-22", "rcs", "x.a"})});
    CHECK(shown(result.malloc, folder) == "malloc in x.a(m.lto.o)");
  }
  SECTION("a member that the index does not name is read") {
    std::string magic = "!<arch>\n";
    members = {"m.lto.o"};
    std::string unindexed = ScanFolder::read(archive({"ar", "rcS", "x.a"})).substr(magic.size());
    members = {"r.o"};
    std::string indexed = ScanFolder::read(archive({"ar", "rcs", "x.a"}));
    ScanResult result = scan_files({folder.write("mixed.a", indexed + unindexed)});
    CHECK(shown(result.malloc, folder) == "malloc in mixed.a(m.lto.o)");
    CHECK_FALSE(result.has_opaque_code);
  }
  SECTION("an archive without members holds nothing") {
    members = {};
    ScanResult result = scan_files({archive({"ar", "rcs", "x.a"})});
    CHECK_FALSE(result.malloc);
    CHECK_FALSE(result.has_opaque_code);
  }
}

TEST_CASE("a shared library counts by what it exports", "[scan]") {
  ScanFolder folder;
  auto library = [&](const std::string &source, std::vector<std::string> options) {
    folder.write("s.c", source);
    std::vector<std::string> words = {"gcc", "-w", "-shared", "-fPIC", "-nostdlib", "s.c", "-o", "libs.so"};
    words.insert(words.end(), options.begin(), options.end());
    folder.run(words);
    return scan_files({folder / "libs.so"});
  };
  CHECK(shown(library(malloc_source, {}).malloc, folder) == "malloc in libs.so");
  CHECK(shown(library(malloc_source, {"-Wl,--hash-style=sysv"}).malloc, folder) == "malloc in libs.so");
  CHECK(shown(library(defines_new_source, {}).operators, folder) == "_Znwm in libs.so");
  CHECK_FALSE(library(malloc_source, {"-fvisibility=hidden"}).malloc);
  for (const std::string &name : cxx_alloc::scan::allocator_names()) {
    INFO(name);
    ScanResult result = library("void f(void) __asm__(\"" + name + "\"); void f(void) {} int g, h, i;", {});
    std::vector<cxx_alloc::Definition> found = result.shims;
    if (result.malloc) found.push_back(*result.malloc);
    if (result.operators) found.push_back(*result.operators);
    REQUIRE(found.size() == 1);
    CHECK(found[0].symbol == name);
  }
  CHECK_FALSE(library("void *malloc(unsigned long); void *f() { return malloc(1); }", {}).malloc);
  CHECK_FALSE(library(uses_new_source, {}).refers_to_operators);
  SECTION("but not libc and the C++ runtimes, by SONAME and by file name") {
    CHECK_FALSE(library(malloc_source, {"-Wl,-soname,libc.so.6"}).malloc);
    CHECK_FALSE(library(defines_new_source, {"-Wl,-soname,libc++abi.so.1"}).operators);
    library(malloc_source, {});
    for (const char *name : {"libc.so.6", "libc.so", "libc.a", "ld-linux-x86-64.so.2", "ld-musl-x86_64.so.1",
                             "libstdc++.so.6", "libstdc++.a", "libc++.so.1", "libc++abi.a", "libgcc_s.so.1"}) {
      INFO(name);
      std::filesystem::copy_file(folder / "libs.so", folder / name);
      CHECK_FALSE(scan_files({folder / name}).malloc);
    }
    for (const char *name :
         {"libcmalloc.so", "libclang.so", "libc_malloc_debug.so.0", "libgccx.so", "libjemalloc.so.2"}) {
      INFO(name);
      std::filesystem::copy_file(folder / "libs.so", folder / name);
      CHECK(scan_files({folder / name}).malloc);
    }
  }
}

TEST_CASE("bitcode and GCC's LTO objects tell their symbols", "[scan]") {
  ScanFolder folder;
  std::string source = std::string(malloc_source) + uses_new_source + "static void *free(void *p) { return p; }";
  for (auto [compiler, option] : {std::pair("clang-22", "-flto"),
                                  {"clang-22", "-flto=thin"},
                                  {"gcc", "-flto"},
                                  {"clang-22", "-ffat-lto-objects"},
                                  {"gcc", "-ffat-lto-objects"}}) {
    INFO(compiler << " " << option);
    ScanResult result = scan_files({folder.compile("m.c", source, "m.o", {"-flto", option}, compiler)});
    CHECK(shown(result.malloc, folder) == "malloc in m.o");
    CHECK_FALSE(result.operators);
    CHECK(result.refers_to_operators);
    CHECK_FALSE(result.has_opaque_code);
    result = scan_files({folder.compile("n.c", defines_new_source, "n.o", {"-flto", option}, compiler)});
    CHECK_FALSE(result.malloc);
    CHECK(shown(result.operators, folder) == "_Znwm in n.o");
    CHECK_FALSE(result.refers_to_operators);
  }
  SECTION("an archive of bitcode has an index, or its members are read") {
    folder.compile("m.c", malloc_source, "m.o", {"-flto"}, "clang-22");
    folder.run({"llvm-ar-22", "rcs", "x.a", "m.o"});
    folder.run({"llvm-ar-22", "rcS", "y.a", "m.o"});
    CHECK(shown(scan_files({folder / "x.a"}).malloc, folder) == "malloc in x.a(m.o)");
    CHECK(shown(scan_files({folder / "y.a"}).malloc, folder) == "malloc in y.a(m.o)");
  }
  SECTION("modules that were joined without a symbol table are opaque") {
    folder.compile("m.c", malloc_source, "m.bc", {"-flto"}, "clang-22");
    folder.compile("n.c", defines_new_source, "n.bc", {"-flto"}, "clang-22");
    folder.run({"llvm-cat-22", "-b", "m.bc", "n.bc", "-o", "both.bc"});
    CHECK(scan_files({folder / "both.bc"}).has_opaque_code);
  }
}

TEST_CASE("a function that is built on malloc is no allocator, unless it goes past malloc to libc", "[scan]") {
  ScanFolder folder;
  auto scan = [&](const std::string &source) {
    return scan_files({folder.compile("x.c", source, "x.o", {"-fno-builtin"})});
  };
  const std::string old_libc =
      "int posix_memalign(void **, unsigned long, unsigned long);"
      "void *aligned_alloc(unsigned long a, unsigned long n) { void *p; return posix_memalign(&p, a, n) ? 0 : p; }";
  ScanResult shim = scan(old_libc);
  CHECK_FALSE(shim.malloc);
  REQUIRE(shim.shims.size() == 1);
  CHECK(shim.shims[0].symbol == "aligned_alloc");
  CHECK(shown(scan("void *__libc_memalign(unsigned long, unsigned long);"
                   "int posix_memalign(void **p, unsigned long a, unsigned long n) { *p = __libc_memalign(a, n); "
                   "return 0; }")
                  .malloc,
              folder) == "posix_memalign in x.o");
  CHECK(shown(scan("void *dlsym(void *, const char *); typedef void *F(unsigned long);"
                   "void *valloc(unsigned long n) { return ((F *)dlsym((void *)-1, \"valloc\"))(n); }")
                  .malloc,
              folder) == "valloc in x.o");
  for (const char *name : {"malloc", "calloc", "realloc", "free"}) {
    INFO(name);
    CHECK(shown(scan(std::string("void ") + name + "(void) {}").malloc, folder) == std::string(name) + " in x.o");
  }
  // One that goes past malloc does not speak for another file.
  folder.compile("y.c", "void *dlsym(void *, const char *); void *f(void) { return dlsym(0, \"x\"); }", "y.o");
  folder.compile("x.c", old_libc, "x.o", {"-fno-builtin"});
  CHECK_FALSE(scan_files({folder / "x.o", folder / "y.o"}).malloc);
}

TEST_CASE("what is known of a definition", "[scan]") {
  ScanFolder folder;
  folder.compile("m.c", malloc_source, "m.o");
  folder.run({"ar", "rcs", "m.a", "m.o"});
  auto scan = [](std::vector<LinkInput> inputs) { return scan_link_inputs(inputs, {}); };
  CHECK(scan({{.name = folder / "m.o"}}).malloc.value().is_certain);
  CHECK_FALSE(scan({{.name = folder / "m.a"}}).malloc->is_certain);
  CHECK(scan({{.name = folder / "m.a", .whole_archive = true}}).malloc->is_certain);
  CHECK_FALSE(scan({{.name = folder / "m.o", .is_lazy = true}}).malloc->is_certain);
  CHECK(scan({{.name = folder / "m.a"}, {.name = folder / "m.o"}}).malloc->is_certain);
  CHECK_FALSE(scan({{.name = folder / "m.o", .is_data = true}}).malloc);
  for (const char *compiler : {"gcc", "clang-22"}) {
    INFO(compiler);
    CHECK(scan({{.name = folder.compile("l.c", "int x;", "l.o", {"-flto"}, compiler)}}).has_lto_code);
  }
  CHECK_FALSE(scan({{.name = folder / "m.o"}}).has_lto_code);
}

TEST_CASE("the first definition is named, whatever thread finds it", "[scan]") {
  ScanFolder folder;
  folder.compile("m.c", malloc_source, "m.o");
  folder.compile("e.c", "int x;", "e.o");
  folder.run({"ar", "rcs", "m.a", "m.o"});
  std::vector<std::string> paths;
  for (int i = 0; i < 600; ++i) {
    paths.push_back(folder / (std::to_string(i) + ".o"));
    std::filesystem::create_hard_link(folder / (i == 333 || i == 400 || i == 599 ? "m.o" : "e.o"), paths.back());
  }
  for (int round = 0; round < 20; ++round) REQUIRE(shown(scan_files(paths).malloc, folder) == "malloc in 333.o");
  paths.insert(paths.begin() + 300, folder / "m.a");
  CHECK(shown(scan_files(paths).malloc, folder) == "malloc in m.a(m.o)");
}
