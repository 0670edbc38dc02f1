// SPDX-License-Identifier: Apache-2.0
// What an artifact tells becomes facts, and the same policy answers again. One row for each kind of evidence.
#include "decision/learn.h"
#include "run/artifact.h"
#include "scan_folder.h"

#include <llvm/ADT/STLExtras.h>

#include <catch2/catch_test_macros.hpp>
#include <llvm/Support/MemoryBuffer.h>

using namespace cxx_alloc;

namespace {

constexpr auto everything = [](llvm::StringRef) { return true; };

LinkFacts executable() {
  LinkFacts link;
  link.facts.output = Output::executable;
  link.facts.target = "x86_64-linux-gnu";
  link.facts.links_cxx_runtime = link.facts.calls_operators = true;
  return link;
}

Decision decided(const LinkFacts &link) { return llvm::cantFail(decide(link.facts, everything)); }

/// The decision after a link by the first one made what `evidence` says.
Decision after(LinkFacts link, const Evidence &evidence) {
  Decision first = decided(link);
  learn(link, evidence, first, "program");
  return decided(link);
}

Evidence seen() {
  Evidence evidence;
  evidence.is_written = true;
  evidence.output = Output::executable;
  return evidence;
}

}  // namespace

TEST_CASE("what cannot be told takes nothing away", "[learn]") {
  CHECK(after(executable(), Evidence{}).links_as(decided(executable())));
  CHECK(after(executable(), seen()).links_as(decided(executable())));
  Evidence not_written = seen();
  not_written.is_written = false;
  not_written.malloc_is_users = Answer::yes;
  not_written.users_functions = {"malloc"};
  CHECK(after(executable(), not_written).allocator == "jemalloc");
}

TEST_CASE("a malloc that is compiled in is the user's", "[learn]") {
  Evidence evidence = seen();
  evidence.malloc_is_users = Answer::yes;
  evidence.users_functions = {"free"};
  Decision decision = after(executable(), evidence);
  CHECK(decision.allocator == "user");
  CHECK(decision.reason == Reason::user_symbols);
  CHECK(decision.detail == "what is compiled into program defines free");
  CHECK(decision.provider == "program");
  SECTION("and cannot be overridden") {
    LinkFacts link = executable();
    link.facts.flag = Request{"jemalloc", "--allocator=jemalloc"};
    learn(link, evidence, decided(link), "program");
    auto refused = decide(link.facts, everything);
    REQUIRE(!refused);
    CHECK(llvm::toString(refused.takeError()) == "cannot link two allocators: --allocator=jemalloc and the malloc that "
                                                 "is compiled into program; leave one of them out");
  }
}

TEST_CASE("a malloc that libraries do not see is not linked", "[learn]") {
  Evidence evidence = seen();
  evidence.malloc_is_users = Answer::no;
  evidence.exports_malloc = Answer::no;
  evidence.missing = {};
  Decision decision = after(executable(), evidence);
  CHECK(decision.allocator == "system");
  CHECK(decision.reason == Reason::hidden_by_version_script);
  CHECK(!decision.notice.empty());
}

TEST_CASE("a malloc that somebody dropped is said to be missing", "[learn]") {
  Evidence evidence = seen();
  evidence.missing = {"malloc"};
  Decision decision = after(executable(), evidence);
  CHECK(decision.allocator == "system");
  CHECK(decision.reason == Reason::not_in_artifact);
  CHECK(!decision.notice.empty());
}

TEST_CASE("operators of the user's leave ours out, and our malloc in", "[learn]") {
  CHECK(decided(executable()).operators);
  Evidence evidence = seen();
  evidence.operators_are_users = Answer::yes;
  Decision decision = after(executable(), evidence);
  CHECK(decision.allocator == "jemalloc");
  CHECK(!decision.operators);
}

TEST_CASE("an archive member that was not taken is no provider", "[learn]") {
  LinkFacts link = executable();
  link.facts.provider = Provider{.word = "liba.a(b.o)", .is_certain = false};
  CHECK(decided(link).allocator == "user");
  Evidence evidence = seen();
  evidence.missing = {"malloc"};
  CHECK(after(link, evidence).allocator == "jemalloc");
  evidence.missing = {};
  CHECK(after(link, evidence).allocator == "user");
  evidence.missing = {"malloc"};
  evidence.users_functions = {"calloc"};
  CHECK(after(link, evidence).allocator == "user");
  evidence.users_functions = {};
  link.facts.provider->is_certain = true;
  CHECK(after(link, evidence).allocator == "user");
}

TEST_CASE("a part of the family that is compiled in stays the user's where malloc is libc's", "[learn]") {
  LinkFacts link = executable();
  Evidence evidence = seen();
  evidence.malloc_is_users = Answer::yes;
  evidence.users_functions = {"calloc"};
  learn(link, evidence, decided(link), "program");
  CHECK(decided(link).allocator == "user");
  Evidence without_ours = seen();
  without_ours.missing = {"malloc", "realloc", "free"};
  CHECK(after(link, without_ours).allocator == "user");
  without_ours.missing.push_back("calloc");
  CHECK(after(link, without_ours).allocator == "jemalloc");
}

TEST_CASE("a program that came out of a library's words is a program", "[learn]") {
  LinkFacts link;
  link.facts.output = Output::shared_library;
  link.facts.target = "x86_64-linux-gnu";
  CHECK(after(link, seen()).allocator == "system");
  Evidence evidence = seen();
  evidence.is_started = true;
  CHECK(after(link, evidence).allocator == "jemalloc");
}

TEST_CASE("a library that defines malloc does not use the process's", "[learn]") {
  LinkFacts link;
  link.facts.output = Output::shared_library;
  link.facts.target = "x86_64-linux-gnu";
  Evidence evidence = seen();
  evidence.output = Output::shared_library;
  evidence.users_functions = {"free"};
  CHECK(after(link, evidence).allocator == "system");
  evidence.users_functions = {"malloc", "free"};
  Decision decision = after(link, evidence);
  CHECK(decision.allocator == "user");
  CHECK(decision.reason == Reason::user_symbols);
  CHECK(decision.provider == "program");
  link.facts.source_request = Request{"jemalloc", "main.o"};
  learn(link, evidence, decided(link), "program");
  auto refused = decide(link.facts, everything);
  CHECK(!refused);
  llvm::consumeError(refused.takeError());
}

TEST_CASE("what the sources ask for counts when they may ask", "[learn]") {
  LinkFacts link = executable();
  Evidence evidence = seen();
  evidence.requests = {"system"};
  CHECK(after(link, evidence).allocator == "jemalloc");
  link.may_request = true;
  Decision decision = after(link, evidence);
  CHECK(decision.allocator == "system");
  CHECK(decision.reason == Reason::source_marker);
}

TEST_CASE("a library that came out of an executable's words is a library", "[learn]") {
  Evidence evidence = seen();
  evidence.output = Output::shared_library;
  CHECK(after(executable(), evidence).allocator == "system");
  LinkFacts is_static = executable();
  is_static.is_static = true;
  CHECK(after(is_static, evidence).allocator == "jemalloc");
}

TEST_CASE("an artifact is read, and rubbish tells nothing", "[artifact]") {
  ScanFolder folder;
  folder.write("main.c", "#include <stdlib.h>\nint main(void) { return malloc(1) == 0; }\n");
  folder.run({"gcc", "main.c", "-o", "small"});
  auto file = llvm::MemoryBuffer::getFile(folder / "small");
  REQUIRE(file);
  std::string bytes = (*file)->getBuffer().str();
  auto read_bytes = [&](llvm::StringRef file) { return read_artifact(folder.write("program", file.str())); };
  Evidence evidence = read_bytes(bytes);
  CHECK(evidence.is_written);
  CHECK(evidence.output == Output::executable);
  CHECK(evidence.malloc_is_users == Answer::unknown);
  CHECK(llvm::is_contained(evidence.missing, "malloc"));
  SECTION("without section headers") {
    for (size_t at : {0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x3c, 0x3d, 0x3e, 0x3f}) bytes[at] = 0;
    evidence = read_bytes(bytes);
    CHECK(evidence.is_written);
    CHECK(evidence.output == Output::executable);
    CHECK(llvm::is_contained(evidence.missing, "malloc"));
  }
  SECTION("cut short anywhere") {
    for (size_t size = 0; size < bytes.size(); size += 1 + size / 3)
      (void)read_bytes(llvm::StringRef(bytes).take_front(size));
  }
  SECTION("with a byte changed anywhere in its headers") {
    for (size_t at = 4; at < 2000; at += 3) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ 0xff);
      (void)read_bytes(changed);
    }
  }
  SECTION("no file, no ELF file") {
    CHECK(!read_artifact("/no/such/file").is_written);
    CHECK(!read_artifact("/dev/null").is_written);
    CHECK(!read_bytes("\177ELF").is_written);
  }
}
