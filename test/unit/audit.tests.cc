// SPDX-License-Identifier: Apache-2.0
#include "audit_world.h"
#include "message.h"

#include <catch2/catch_test_macros.hpp>

using namespace cxx_alloc::audit;
using cxx_alloc::printable;

TEST_CASE("the first module that exports malloc is the process's allocator", "[audit]") {
  World world;
  Module program = module("program", world.program()), libc = module("libc.so.6", world.libc());
  Module jemalloc = module("libjemalloc.so.2", world.jemalloc());
  CHECK(judged({program, libc}) == "system by libc libc.so.6: ");
  CHECK(judged({program, jemalloc, libc}) == "jemalloc by library libjemalloc.so.2: ");
  CHECK(judged({program, libc, jemalloc}) == "system by libc libc.so.6: two-allocators");
  jemalloc.is_preload = true;
  CHECK(judged({program, jemalloc, libc}) == "jemalloc by preload libjemalloc.so.2: ");
  jemalloc.is_preload = false;
  jemalloc.is_late = true;
  CHECK(judged({program, libc, jemalloc}) == "system by libc libc.so.6: two-allocators");
  CHECK(judged({program}) == "none by no malloc in it or its libraries: ");
  CHECK(judged({module("own", world.program({Name::malloc, Name::free, Name::calloc, Name::realloc})), libc}) ==
        "user by symbols of its own: ");
}

TEST_CASE("a library that is not on this machine is what its name says", "[audit]") {
  World world;
  Module program = module("program", world.program());
  CHECK(judged({program, {"libc.so.6", "", nullptr}}) == "system by libc libc.so.6 (not found here): ");
  CHECK(judged({program, {"libtcmalloc_minimal.so.4", "", nullptr}, {"libc.so.6", "", nullptr}}) ==
        "tcmalloc by library libtcmalloc_minimal.so.4 (not found here): ");
  CHECK(judged({program, {"libtbbmalloc.so.2", "", nullptr}, {"libc.so.6", "", nullptr}}) ==
        "system by libc libc.so.6 (not found here): ");
  CHECK(judged({program,
                {"libtbbmalloc_proxy.so.2", "", nullptr},
                {"libtbbmalloc.so.2", "", nullptr},
                {"libc.so.6", "", nullptr}}) == "tbbmalloc by library libtbbmalloc_proxy.so.2 (not found here): ");
  CHECK(judged({program, {"libother.so", "", nullptr}, {"libc.so.6", "", nullptr}}) ==
        "system by libc libc.so.6 (not found here): ");
}

TEST_CASE("half a family", "[audit]") {
  World world;
  Module libc = module("libc.so.6", world.libc());
  CHECK(judged({module("a", world.program({Name::malloc, Name::free})), libc}) ==
        "user by symbols of its own: half-family");
  CHECK(judged({module("a", world.program({Name::free})), libc}) == "system by libc libc.so.6: half-family");
  // What nobody calls does no harm.
  Facts &whole = world.program({Name::malloc, Name::free, Name::calloc, Name::realloc});
  CHECK(judged({module("a", whole), libc}) == "user by symbols of its own: ");
  whole.imports.add(Name::posix_memalign);
  CHECK(judged({module("a", whole), libc}) == "user by symbols of its own: half-family");
  // It may hand on to libc's; then half of the core is wrong all the same.
  whole.imports.add(Name::dlsym);
  CHECK(judged({module("a", whole), libc}) == "user by symbols of its own: ");
  Facts &half = world.program({Name::malloc, Name::free});
  half.imports.add(Name::dlsym);
  CHECK(judged({module("a", half), libc}) == "user by symbols of its own: half-family");
}

TEST_CASE("a malloc that nobody else sees", "[audit]") {
  World world;
  Facts &program = world.program();
  program.own.add(Name::malloc);
  CHECK(judged({module("a", program), module("libc.so.6", world.libc())}) ==
        "user by symbols of its own: hidden-malloc");
  Facts &library = world.file(Kind::shared_library);
  library.own.add(Name::malloc);
  Verdict verdict = judge_library(module("libx.so", library));
  CHECK(verdict.allocator == "private");
  CHECK(faults_of(verdict) == "hidden-malloc");
}

TEST_CASE("two allocators", "[audit]") {
  World world;
  Module libc = module("libc.so.6", world.libc()), jemalloc = module("libjemalloc.so.2", world.jemalloc());
  Facts &tcmalloc =
      world.file(Kind::shared_library, {Name::malloc, Name::free, Name::calloc, Name::realloc}, {Mark::tcmalloc});
  CHECK(judged({module("a", world.program()), jemalloc, module("libtcmalloc.so.4", tcmalloc), libc}) ==
        "jemalloc by library libjemalloc.so.2: two-allocators");
  // A loader of before glibc 2.31 exported a malloc, and was no allocator.
  Facts &loader =
      world.file(Kind::shared_library, {Name::malloc, Name::free, Name::calloc, Name::realloc, Name::tls_get_addr});
  CHECK(judged({module("a", world.program()), libc, module("ld-linux-x86-64.so.2", loader)}) ==
        "system by libc libc.so.6: ");
}

TEST_CASE("a note is a claim", "[audit]") {
  World world;
  Module libc = module("libc.so.6", world.libc());
  Facts &honest = world.program({Name::malloc, Name::free, Name::calloc, Name::realloc}, {Mark::jemalloc});
  honest.claims = {{"jemalloc", "5.3.1", "0.1.0", "executable"}};
  CHECK(judged({module("a", honest), libc}) == "jemalloc by note of cxx-alloc 0.1.0: ");
  CHECK(judge_executable({module("a", honest), libc}).version == "5.3.1");
  honest.allocator_version = "5.3.0";
  CHECK(judged({module("a", honest), libc}) == "jemalloc by note of cxx-alloc 0.1.0: note-lies");
  Facts &liar = world.program();
  liar.claims = {{"jemalloc", "5.3.1", "0.1.0", "executable"}};
  CHECK(judged({module("a", liar), libc}) == "system by libc libc.so.6: note-lies");
  CHECK(judged({module("a", liar), module("libjemalloc.so.2", world.jemalloc()), libc}) ==
        "jemalloc by library libjemalloc.so.2: note-lies");
  Facts &two = world.program();
  two.claims = {{"system", "", "0.1.0", "executable"}, {"jemalloc", "5.3.1", "0.1.0", "executable"}};
  CHECK(judged({module("a", two), libc}) == "system by note of cxx-alloc 0.1.0: note-lies");
  // A guest is no process's allocator and contradicts none.
  two.claims = {{"system", "", "0.1.0", "executable"}, {"private", "5.3.1", "0.1.0", "shared-library"}};
  CHECK(judged({module("a", two), libc}) == "system by note of cxx-alloc 0.1.0: ");
}

TEST_CASE("libraries", "[audit]") {
  World world;
  CHECK(judge_library(module("libx.so", world.file(Kind::shared_library))).allocator == "process");
  CHECK(faults_of(judge_library(module("libjemalloc.so.2", world.jemalloc()))).empty());
  CHECK(faults_of(judge_library(module("libengine.so.2", world.jemalloc()))) == "carries-malloc");
  CHECK(faults_of(judge_library(module("libc.so.6", world.libc()))).empty());
  Facts &shown = world.jemalloc();
  shown.visible.add(Name::mallctl);
  CHECK(faults_of(judge_library(module("libengine.so.2", shown))) == "carries-malloc visible-jemalloc");
  CHECK(faults_of(judge_library(module("libjemalloc.so.2", shown))).empty());
  Facts &guest = world.file(Kind::shared_library, {}, {Mark::jemalloc});
  guest.claims = {{"private", "5.3.1", "0.1.0", "shared-library"}};
  Verdict verdict = judge_library(module("libguest.so", guest));
  CHECK(verdict.allocator == "private");
  CHECK(verdict.version == "5.3.1");
  CHECK(faults_of(verdict).empty());
  CHECK(allocator_by_name("/usr/lib/libtcmalloc_minimal_debug.so.4") == "tcmalloc");
  CHECK(allocator_by_name("libtcmallocator.so").empty());
}

TEST_CASE("jemalloc's names matter where jemalloc is", "[audit]") {
  World world;
  // gperftools defines nallocx and sdallocx, too.
  Facts &tcmalloc =
      world.program({Name::malloc, Name::free, Name::calloc, Name::realloc, Name::nallocx}, {Mark::tcmalloc});
  tcmalloc.visible.add(Name::nallocx);
  CHECK(judged({module("a", tcmalloc), module("libc.so.6", world.libc())}) == "tcmalloc by symbols of its own: ");
  Facts &jemalloc = world.program({Name::malloc, Name::free, Name::calloc, Name::realloc}, {Mark::jemalloc});
  jemalloc.visible.add(Name::nallocx);
  CHECK(judged({module("a", jemalloc), module("libc.so.6", world.libc())}) ==
        "jemalloc by symbols of its own: visible-jemalloc");
}

TEST_CASE("libraries by their file names", "[audit]") {
  CHECK(allocator_by_name("/usr/lib/libclang_rt.asan-x86_64.so") == "sanitizer");
  CHECK(allocator_by_name("libjemalloc.so") == "jemalloc");
  CHECK(allocator_by_name("libjemalloc.a") == "jemalloc");
  CHECK(allocator_by_name("libjemalloc.sort").empty());
  CHECK(allocator_by_name("libjemalloc.archive").empty());
}

TEST_CASE("plug-ins that keep to themselves", "[audit]") {
  World world;
  Facts &plug_in = world.jemalloc();
  CHECK(keeps_to_itself(plug_in).empty());  // what dlopen loads looks in the executable first
  plug_in.binds_locally = true;
  CHECK(!keeps_to_itself(plug_in).empty());
}

TEST_CASE("a program without libraries", "[audit]") {
  World world;
  Facts &program = world.program();
  program.is_dynamic = false;
  CHECK(judged({module("a", program)}) == "none by no malloc in it: ");
  program.has_symbols = false;
  CHECK(judged({module("a", program)}) == "system by nothing in it that is known: ");
  program.marks.add(Mark::glibc_malloc);
  CHECK(judged({module("a", program)}) == "system by libc in the file: ");
  program.messages.add(Mark::jemalloc);
  CHECK(judged({module("a", program)}) == "system by libc in the file: ");
  program.marks.add(Mark::jemalloc);
  CHECK(judged({module("a", program)}) == "jemalloc by symbols of its own: ");
  program.has_malloc_of_libc = true;  // an allocator is in it, and malloc is another
  CHECK(judged({module("a", program)}) == "system by libc in the file: ");
  Facts &rust = world.program({}, {Mark::prefixed_jemalloc});
  rust.is_dynamic = false;
  CHECK(judged({module("a", rust)}) == "none by no malloc in it: ");
  rust.own.add(Name::malloc);
  CHECK(judged({module("a", rust)}) == "user by symbols of its own: ");
  Facts &printer = world.program();
  printer.is_dynamic = printer.has_symbols = false;
  printer.messages.add(Mark::jemalloc);
  CHECK(judged({module("a", printer)}) == "jemalloc by symbols of its own: ");
  printer.messages.add(Mark::glibc_malloc);  // which only a program without its own malloc has
  CHECK(judged({module("a", printer)}) == "system by libc in the file: ");
}

TEST_CASE("names of symbols", "[audit]") {
  auto known = [](llvm::StringRef name) {
    std::string table = std::string(1, '\0') + name.str() + '\0';
    NamesInTable names;
    names.look_at(table, 0, 0);
    const Known *found = names.at(1);
    return found ? *found : Known();
  };
  CHECK(known("malloc").name == Name::malloc);
  CHECK(known("_malloc").name == Name::count);
  for (const char *name : {"arena_boot", "je_arena_boot", "_rjem_je_arena_boot", "cxa_je_arena_boot"})
    CHECK(known(name).mark == Mark::jemalloc_within);
  for (const char *name : {"mallctlnametomib", "cxa_mallctlnametomib"}) CHECK(known(name).mark == Mark::jemalloc);
  for (const char *name : {"je_mallctlnametomib", "_rjem_mallctlnametomib"})
    CHECK(known(name).mark == Mark::prefixed_jemalloc);
  CHECK(known("hdmi_heap_malloc").mark == Mark::count);
  CHECK(known("mi_heap_malloc").mark == Mark::mimalloc);
  CHECK(known("_mi_malloc_generic").mark == Mark::mimalloc);
  CHECK(known("mi_malloc").mark == Mark::count);  // heaptrack's preload has it
  CHECK(known("etc_malloc").mark == Mark::count);
  CHECK(known("tc_malloc").mark == Mark::tcmalloc);
  CHECK(known("print_malloc").mark == Mark::count);
  CHECK(known("point_malloc").mark == Mark::count);
  CHECK(known("_int_malloc").mark == Mark::glibc_malloc);
  CHECK(known("my_arena_boot").mark == Mark::count);
  CHECK(known("notmallctlnametomib").mark == Mark::count);
}

TEST_CASE("what a terminal would act upon is not shown to it", "[audit]") {
  CHECK(printable("plain \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80") == "plain \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
  CHECK(printable("\033[31m\r\n\t\177") == "?[31m????");
  CHECK(printable("\xc2\x9b"
                  "31m") == "?31m");
  CHECK(printable("\x9b"
                  "31m\xe4") == "?31m\xe4");  // Latin-1 is not UTF-8
  CHECK(printable("a\xe2\x80\xae"
                  "b\xe2\x81\xa6"
                  "c\xe2\x80\x8f") == "a?b?c?");
}
