// SPDX-License-Identifier: Apache-2.0
// What do programs read of a decision? The JSON is a contract: keys, spellings, and valid text whatever the file names.
#include "run/explain.h"
#include "words/allocators.h"

#include <catch2/catch_test_macros.hpp>
#include <llvm/Support/JSON.h>

#include <filesystem>

using namespace cxx_alloc;

namespace {

struct Example {
  Job job;
  Outcome outcome;
};

Example example() {
  Example example;
  example.outcome.link.facts.output = Output::executable;
  example.outcome.link.facts.target = "x86_64-linux-gnu";
  example.outcome.decision.allocator = "jemalloc";
  example.outcome.decision.detail = "an executable gets jemalloc";
  example.outcome.words.object = "/r/jemalloc/x86_64-linux-gnu/executable.o";
  example.outcome.words.before = {"-Wl,/r/jemalloc/x86_64-linux-gnu/executable.o"};
  example.job.compiler.words = {"g++"};
  example.job.user_words = {"a b.cc"};
  return example;
}

std::string to_json(const Example &example) { return cxx_alloc::to_json(example.job, example.outcome); }

llvm::json::Object parse(const std::string &text) {
  auto value = llvm::json::parse(text);
  REQUIRE(static_cast<bool>(value));
  return *value->getAsObject();
}

}  // namespace

TEST_CASE("the JSON has the keys of schema 1", "[explain]") {
  llvm::json::Object object = parse(to_json(example()));
  CHECK(object.size() == 14);
  CHECK(object.getInteger("schema") == 1);
  CHECK(object.getString("output") == "executable");
  CHECK(object.getString("artifact") == "a.out");
  CHECK(object.getString("directory") == std::filesystem::current_path().string());
  CHECK(object.getString("version"));
  CHECK(object.getBoolean("certain") == true);
  CHECK(object.getString("allocator") == "jemalloc");
  CHECK(object.getString("reason") == "output-default");
  CHECK(object.getString("detail") == "an executable gets jemalloc");
  CHECK(object.getString("target") == "x86_64-linux-gnu");
  CHECK(object.getString("provider") == "/r/jemalloc/x86_64-linux-gnu/executable.o");
  CHECK(object.getArray("command")->size() == 3);
  CHECK(object.getObject("again")->getArray("options")->empty());
  CHECK((*object.getArray("command"))[2].getAsString() == "a b.cc");
}

TEST_CASE("without a provider the JSON says null", "[explain]") {
  Example plain = example();
  plain.outcome.words.object.clear();
  CHECK(parse(to_json(plain)).get("provider")->kind() == llvm::json::Value::Null);
}

TEST_CASE("LTO that inlines is told, and why it does not", "[explain]") {
  Example lto = example();
  CHECK(parse(to_json(lto)).get("inlined")->kind() == llvm::json::Value::Null);
  Inlining &inlining = lto.outcome.decision.inlining;
  inlining = {.is_asked = true, .parts = {}, .why_not = "nothing was built for gcc-99.1.0"};
  CHECK(parse(to_json(lto)).getBoolean("inlined") == false);
  CHECK(parse(to_json(lto)).getString("detail") ==
        "an executable gets jemalloc; LTO inlines nothing of it: nothing was built for gcc-99.1.0");
  CHECK(llvm::StringRef(verbose_line(lto.outcome)).ends_with(std::string(find_allocator("jemalloc")->version) + "\n"));
  inlining = {.is_asked = true, .parts = {"gcc-12.2.0/malloc-full.o"}, .why_not = ""};
  CHECK(parse(to_json(lto)).getBoolean("inlined") == true);
  CHECK(parse(to_json(lto)).getString("detail") == "an executable gets jemalloc");
  CHECK(llvm::StringRef(verbose_line(lto.outcome)).ends_with(", inlined\n"));
  CHECK(to_text(lto.job, lto.outcome).find(", inlined\n  reason:") != std::string::npos);
}

TEST_CASE("file names that are not UTF-8 still give valid JSON", "[explain]") {
  Example odd = example();
  odd.job.user_words.push_back("\xff\xfe\n.o");
  odd.outcome.decision.detail = "\xff";
  CHECK(parse(to_json(odd)).getArray("command")->size() == 4);
}

TEST_CASE("every reason has its own spelling", "[explain]") {
  const std::pair<Reason, const char *> rows[] = {
      {Reason::output_default, "output-default"},
      {Reason::flag, "flag"},
      {Reason::environment, "environment"},
      {Reason::linked_library, "linked-library"},
      {Reason::source_marker, "source-marker"},
      {Reason::user_symbols, "user-symbols"},
      {Reason::sanitizer, "sanitizer"},
      {Reason::no_default_libs, "no-default-libs"},
      {Reason::unavailable_for_target, "unavailable-for-target"},
      {Reason::hidden_by_version_script, "hidden-by-version-script"},
      {Reason::not_in_artifact, "not-in-artifact"},
      {Reason::not_a_link, "not-a-link"},
  };
  for (auto [reason, spelling] : rows) {
    Example row = example();
    row.outcome.decision.reason = reason;
    CHECK(parse(to_json(row)).getString("reason") == spelling);
  }
}

TEST_CASE("the line of -v holds nothing that build systems scrape", "[explain]") {
  Outcome outcome = example().outcome;
  outcome.decision = {"user", Reason::user_symbols, "/opt/ld -L/x defines malloc", "/opt/ld -L/x"};
  std::string line = verbose_line(outcome);
  CHECK(line == "cxx-alloc: executable: user\n");
}

TEST_CASE("our part of --help is at most 12 lines", "[explain]") {
  CHECK(llvm::StringRef(help_text()).count('\n') <= 12);
  for (const char *word : {"--allocator=auto", "--allocator-conf=", "--allocator-profile", "--print-allocator[=json]",
                           "--allocator-help", "--allocator-version"})
    CHECK(llvm::StringRef(help_text()).contains(word));
}

TEST_CASE("what a source has a say in is not certain before the link, and is after it", "[explain]") {
  Example source = example();
  source.outcome.link.is_certain = false;
  CHECK(parse(to_json(source)).getBoolean("certain") == false);
  source.outcome.is_verified = true;
  CHECK(parse(to_json(source)).getBoolean("certain") == true);
}
