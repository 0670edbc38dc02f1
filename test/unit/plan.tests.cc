// SPDX-License-Identifier: Apache-2.0
// Which words does a decision become? A runtime of empty objects is enough to tell.
#include "link/plan.h"
#include "fake_runtime.h"

#include <llvm/Support/Allocator.h>

using namespace cxx_alloc;

namespace {

struct Planned {
  std::vector<std::string> before, behind;
  std::string object, remark, error;
};

class PlanTest {
public:
  FakeRuntime runtime;
  RuntimeOptions options = runtime.options();
  LinkFacts link = facts();
  Decision decision{"jemalloc", Reason::output_default, ""};

  Planned plan(std::vector<const char *> words = {"main.o"}) {
    llvm::BumpPtrAllocator memory;
    llvm::StringSaver saver(memory);
    CommandLine line = parse_command_line(words);
    auto planned = plan_link(decision, link, line, options, saver);
    Planned result;
    if (!planned) {
      result.error = llvm::toString(planned.takeError());
      return result;
    }
    result.before.assign(planned->before.begin(), planned->before.end());
    result.behind.assign(planned->behind.begin(), planned->behind.end());
    result.object = planned->object;
    result.remark = planned->remark;
    return result;
  }
  /// An object of ours as a word for the linker.
  std::string word(const std::string &name, const std::string &allocator = "jemalloc") const {
    return "-Wl," + runtime.place(allocator, name);
  }

private:
  static LinkFacts facts() {
    LinkFacts link;
    link.facts.output = Output::executable;
    link.facts.target = host_target().str();
    link.facts.links_cxx_runtime = link.facts.calls_operators = true;
    return link;
  }
};

const std::string table = "-Wl,--export-dynamic-symbol=cxx_alloc_provider";
using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(PlanTest, "an executable gets malloc, its table and the operators", "[plan]") {
  CHECK(plan().before == Strings{word("executable.o"), table});
  decision.operators = true;
  Planned planned = plan();
  CHECK(planned.before == Strings{word("executable.o"), table, word("operators.o")});
  CHECK(planned.behind.empty());
  CHECK(planned.object == runtime.place("jemalloc", "executable.o"));
  decision = {"system", Reason::flag, ""};
  planned = plan();
  CHECK(planned.before == Strings{word("executable.o", "system"), table});
  CHECK(planned.object.empty());
}

TEST_CASE_METHOD(PlanTest, "nobody's allocator brings no words", "[plan]") {
  for (const char *allocator : {"user", "none"}) {
    decision.allocator = allocator;
    CHECK(plan().before.empty());
  }
}

TEST_CASE_METHOD(PlanTest, "behind a source ours stands last, for of two weak definitions the first counts", "[plan]") {
  Planned planned = plan({"main.cc"});
  CHECK(planned.before == Strings{table});
  CHECK(planned.behind == Strings{word("executable.o")});
  CHECK(plan({"main.cc", "-lc"}).behind == Strings{word("executable.o")});
  // Where the last words would not take it for an input, or a static libc comes before it, it stands in front.
  for (std::vector<const char *> words : {std::vector<const char *>{"main.cc", "--"},
                                          {"main.cc", "-Wl,--format=binary"},
                                          {"main.cc", "-Wl,-rpath"},
                                          {"main.cc", "-nodefaultlibs", "-lc"}}) {
    INFO(words.back());
    CHECK(plan(words).behind.empty());
  }
  options.profile = true;
  CHECK(plan({"main.cc"}).before == Strings{word("executable-profile.o"), table});
  options.profile = false;
  link.is_static = true;
  CHECK(plan({"main.cc", "-lc"}).before == Strings{word("executable.o")});
}

TEST_CASE_METHOD(PlanTest, "what LTO inlines stands before the user's words, for GCC takes what comes first",
                 "[plan]") {
  decision.operators = true;
  decision.inlining = {.is_asked = true, .parts = {"gcc-12.2.0/malloc-full.o"}, .why_not = ""};
  const std::string part = word("lto/gcc-12.2.0/malloc-full.o"), start = word("lto/start.o");
  CHECK(plan().before == Strings{word("executable.o"), table, word("operators.o"), part, start});
  CHECK(plan({"main.cc"}).before == Strings{table, part});
  CHECK(plan({"main.cc"}).behind == Strings{word("executable.o"), word("operators.o"), start});
}

TEST_CASE_METHOD(PlanTest, "version scripts have the last word on exports", "[plan]") {
  link.has_versions = true;
  CHECK(plan().before == Strings{word("executable.o")});
}

TEST_CASE_METHOD(PlanTest, "a C program that g++ links gains no linker words", "[plan]") {
  link.gains_cxx_runtime = true;
  CHECK(plan().before == Strings{"-x", "none", runtime.place("jemalloc", "executable.o")});
}

TEST_CASE_METHOD(PlanTest, "a library gets a note, and one that asks a malloc of its own", "[plan]") {
  link.facts.output = Output::shared_library;
  decision = {"system", Reason::output_default, ""};
  CHECK(plan().before == Strings{word("shared-library.note", "system")});
  decision.allocator = "jemalloc";
  Planned planned = plan();
  CHECK(planned.before[0] == word("shared-library.guest"));
  CHECK(planned.before[2] == word("shared-library-operators.guest"));
  CHECK(std::ranges::count(planned.before, "-Wl,-z,nodelete") == 1);
  CHECK(std::ranges::count(planned.before, "-Wl,-Bsymbolic") == 1);
  CHECK(planned.before.back().starts_with("-Wl,--version-script="));
  CHECK(planned.before.back().ends_with("/guest/exports.map"));
  // The user's own script has the last word.
  link.has_versions = true;
  CHECK_FALSE(plan().before.back().starts_with("-Wl,--version-script="));
  link.has_versions = false;
  link.facts.links_cxx_runtime = false;
  CHECK(plan().before == Strings{word("shared-library.guest"), "-Wl,-z,nodelete"});
}

TEST_CASE_METHOD(PlanTest, "an object that is missing or broken is an error that names it", "[plan]") {
  std::string file = runtime.place("jemalloc", "executable.o");
  std::filesystem::resize_file(file, 100);
  CHECK(plan().error.starts_with(file + ": the runtime object is truncated"));
  std::filesystem::remove(file);
  CHECK(plan().error.starts_with(file + ": the runtime object cannot be read"));
}

TEST_CASE_METHOD(PlanTest, "another target without a runtime stays as it is", "[plan]") {
  link.facts.target = "riscv64-linux-gnu";
  CHECK_FALSE(is_available(link.facts, options, "jemalloc"));
  decision = {"system", Reason::unavailable_for_target, "there is none"};
  CHECK(plan().before.empty());
  options.profile = true;
  CHECK(plan().error.starts_with("--allocator-profile: no heap profiling for an executable on riscv64-linux-gnu"));
}

TEST_CASE_METHOD(PlanTest, "options without effect are named", "[plan]") {
  decision = {"system", Reason::flag, ""};
  options.profile = true;
  options.conf = "narenas:1";
  CHECK(plan().remark == "; --allocator-profile has no effect; --allocator-conf has no effect");
}

TEST_CASE_METHOD(PlanTest, "a request by a library's name finds empty archives of that name", "[plan]") {
  link.facts.library = Request{"system", "-lalloc_system"};
  decision = {"system", Reason::linked_library, ""};
  CHECK(plan().before[0] == "-L" + options.root + "/jemalloc/" + host_target().str() + "/marker");
}
