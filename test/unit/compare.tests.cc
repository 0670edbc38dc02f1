// SPDX-License-Identifier: Apache-2.0
// Which allocator is best for a program: what noisy figures tell, when there are enough of them, and how a link is made
// again. Nothing is linked or run here.
#include "compare/print.h"
#include "compare/record.h"
#include "compare/repetition.h"
#include "compare/turns.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <llvm/ADT/STLExtras.h>
#include <llvm/Support/JSON.h>

#include <filesystem>

using namespace cxx_alloc::compare;
using Catch::Approx;

namespace {

std::vector<Sample> runs(std::initializer_list<double> seconds) {
  std::vector<Sample> samples;
  for (double value : seconds) samples.push_back({value, value / 2, 1000});
  return samples;
}

std::string message(llvm::Error error) { return llvm::toString(std::move(error)); }

/// A line of the log for /b/NAME.
std::string line_of(const std::string &name, const std::string &allocator = "jemalloc",
                    const std::string &output = "executable") {
  return R"({"schema":1,"output":")" + output + R"(","artifact":")" + name + R"(","directory":"/b","allocator":")" +
         allocator +
         R"(","detail":"because","target":"t","again":{"compiler":["/usr/bin/g++"],"words":["main.o","-o",")" + name +
         R"("],"options":["--allocator-conf=a:b"],"environment":{"PATH":"/bin"}}})" + "\n";
}

Record record_of(std::vector<std::string> words) {
  Record record;
  record.artifact = "/b/program";
  record.directory = std::filesystem::current_path().string();
  record.words = std::move(words);
  return record;
}

}  // namespace

TEST_CASE("a median has the interval that holds the true one with 95 %", "[compare]") {
  struct Row {
    std::vector<double> values;
    double median, low, high;
  };
  const Row table[] = {
      {{}, 0, 0, 0},
      {{3}, 3, 3, 3},
      {{3, 1}, 2, 1, 3},
      {{5, 1, 2, 4, 3}, 3, 1, 5},
      {{6, 5, 4, 3, 2, 1}, 3.5, 1, 6},
      {{1, 2, 3, 4, 5, 6, 7, 8}, 4.5, 1, 8},     // 2 * 9/256 is more than 5 %
      {{1, 2, 3, 4, 5, 6, 7, 8, 900}, 5, 2, 8},  // 2 * 10/512 is less: the outlier is left out
      {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 6.5, 3, 10},
  };
  for (const Row &row : table) {
    Summary summary = summarize(row.values);
    CAPTURE(row.values);
    CHECK(summary.median == row.median);
    CHECK(summary.low == row.low);
    CHECK(summary.high == row.high);
    CHECK(summary.noise() == (row.high - row.low) / 2);
  }
  std::vector<double> many(101);
  for (size_t i = 0; i < many.size(); ++i) many[i] = double(i);
  CHECK(summarize(many).low == 40);  // as the tables of order statistics have it: the 41st of 101
  CHECK(summarize(many).high == 60);
}

TEST_CASE("turns end when the allocators are told apart, or need not be, or at a limit", "[compare]") {
  struct Row {
    const char *what;
    std::vector<std::vector<Sample>> samples;
    double seconds;
    bool enough;
  };
  const Row table[] = {
      {"none yet", {{}, {}}, 0, false},
      {"apart, but too few", {runs({1, 1, 1, 1}), runs({2, 2, 2, 2})}, 1, false},
      {"apart", {runs({1, 1.1, 1, 1, 1}), runs({2, 2, 2, 2, 1.2})}, 1, true},
      {"one overlaps", {runs({1, 1.1, 1, 1, 1.5}), runs({2, 2, 2, 2, 1.2})}, 1, false},
      {"alike, and both exact", {runs({1, 1, 1, 1, 1.01}), runs({1, 1, 1, 1, 1.01})}, 1, true},
      {"alike, one exact", {runs({1, 1, 1, 1, 1.01}), runs({1, 1, 1, 1, 1.1})}, 1, false},
      {"two of three alike", {runs({1, 1, 1, 1, 1.5}), runs({3, 3, 3, 3, 3}), runs({1, 1, 1, 1, 1.4})}, 1, false},
      {"the time is up", {runs({1, 2, 3}), runs({1, 2, 3})}, 10, true},
      {"the time is up too early", {runs({1, 2}), runs({1, 2})}, 10, false},
      {"the most", {runs({1, 2, 3, 4, 5, 6, 7, 8}), runs({1, 2, 3, 4, 5, 6, 7, 8})}, 1, true},
  };
  for (const Row &row : table) {
    CAPTURE(row.what);
    CHECK(is_enough(row.samples, row.seconds, {.most = 8, .seconds = 10}) == row.enough);
  }
}

TEST_CASE("the shortest time comes first, and what cannot be told apart shares its place", "[compare]") {
  std::vector<Figures> figures{figures_of(runs({3, 3, 3})), figures_of(runs({1, 1.2, 1.1})),
                               figures_of(runs({1.15, 1.3, 1.2}))};
  std::vector<size_t> order = order_by_time(figures);
  CHECK(order == std::vector<size_t>{1, 2, 0});
  std::vector<Figures> ordered;
  for (size_t index : order) ordered.push_back(figures[index]);
  CHECK(places(ordered) == std::vector<size_t>{1, 1, 3});
}

TEST_CASE("programs run in turns, and the first turn does not count", "[compare]") {
  std::string order;
  auto samples =
      take_turns({"a", "b"}, "./program", {.least = 2}, [&](size_t index, size_t turn) -> llvm::Expected<Run> {
        order += std::to_string(turn) + "ab"[index] + " ";
        return Run{{turn ? 1.0 + double(index) : 100, 0.5, 7}};
      });
  REQUIRE(static_cast<bool>(samples));
  CHECK(order == "0a 0b 1a 1b 2a 2b ");
  CHECK((*samples)[0].size() == 2);
  CHECK((*samples)[1][1].seconds == 2);
}

TEST_CASE("a program that fails ends the turns, and the message says with which allocators", "[compare]") {
  size_t ran = 0;
  auto fail_with = [&](const std::string &which) {
    ran = 0;
    auto samples = take_turns({"a", "b"}, "./program", {}, [&](size_t index, size_t) -> llvm::Expected<Run> {
      ++ran;
      return Run{{}, which.find("ab"[index]) != std::string::npos ? "exit status 3" : ""};
    });
    REQUIRE(!samples);
    return message(samples.takeError());
  };
  CHECK(fail_with("b").starts_with("./program: fails with b (exit status 3); "));
  CHECK(ran == 2);
  CHECK(fail_with("ab").starts_with(
      "./program: fails with a (exit status 3), with b (exit status 3): with all of them; "));
  auto broken = take_turns({"a", "b"}, "./program", {}, [&](size_t, size_t) -> llvm::Expected<Run> {
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "no");
  });
  CHECK(message(broken.takeError()) == "no");
}

TEST_CASE("the last link of a program is found, by any path that leads to it", "[compare]") {
  std::string log = line_of("one") + line_of("two") + line_of("one", "system");
  auto record = find_record(log, "log", "x/../one", "/b");
  REQUIRE(static_cast<bool>(record));
  CHECK(record->artifact == "/b/one");
  CHECK(record->allocator == "system");
  CHECK(record->compiler == std::vector<std::string>{"/usr/bin/g++"});
  CHECK(record->words == std::vector<std::string>{"main.o", "-o", "one"});
  CHECK(record->options == std::vector<std::string>{"--allocator-conf=a:b"});
  CHECK(record->environment == std::vector<std::pair<std::string, std::string>>{{"PATH", "/bin"}});
  CHECK(static_cast<bool>(find_record(log, "log", "/b/two", "/elsewhere")));
}

TEST_CASE("a link that is not there, or cannot be made again, is an error that says why", "[compare]") {
  struct Row {
    std::string log, program, said;
  };
  const Row table[] = {
      {line_of("one"), "onne", "onne: log has no link of it; did you mean '/b/one'?"},
      {line_of("one"), "/c/one", "/c/one: log has no link of it; did you mean '/b/one'?"},
      {line_of("one"), "quite-another",
       "quite-another: log has no link of it; link it once more with CXX_ALLOC_LOG=log"},
      {"", "one", "one: log has no link of it; link it once more with CXX_ALLOC_LOG=log"},
      {line_of("one", "system", "shared-library"), "one",
       "one: its link in log made no executable, but: shared-library; name an executable"},
      {line_of("one", "user"), "one", "one: its link leaves no choice (because); link it without that to compare"},
      {line_of("one") + "{\"cut\":", "one",
       "log: line 2 is none of a CXX_ALLOC_LOG; name the file that CXX_ALLOC_LOG wrote"},
      {"[]\n", "one", "log: line 1 is none of a CXX_ALLOC_LOG; name the file that CXX_ALLOC_LOG wrote"},
      {R"({"schema":1,"output":"executable","artifact":"one","directory":"/b"})", "one",
       "log: does not say how one is linked again; link it anew with CXX_ALLOC_LOG=log"},
  };
  for (const Row &row : table) {
    auto record = find_record(row.log, "log", row.program, "/b");
    REQUIRE(!record);
    CHECK(message(record.takeError()) == row.said);
  }
}

TEST_CASE("all that a link writes goes into the folder", "[compare]") {
  using Words = std::vector<std::string>;
  struct Row {
    Words words, behind;
    size_t left_out = 0;  ///< of `words`, so many behind the first
  };
  const Row table[] = {
      {{"-lx", "-o", "program"}, {"-o", "/f/program"}, 2},
      {{"-lx", "-oprogram", "-g"}, {"-o", "/f/program"}, 1},
      {{"-lx", "-MF", "x.d", "-MMD"}, {"-o", "/f/program", "-MF", "/f/depfile"}, 2},
      {{"-lx", "-Wl,-o,program"}, {"-o", "/f/program", "-Xlinker", "--output=/f/program"}},
      {{"-lx", "-Wl,-Map=a.map", "-Xlinker", "--dependency-file", "-Xlinker", "a.d"},
       {"-o", "/f/program", "-Xlinker", "--Map=/f/side-0", "-Xlinker", "--dependency-file=/f/side-1"}},
      {{"-lx", "-fuse-ld=lld", "-Wl,--reproduce=a.tar,-plugin-opt=obj-path=a.o"},
       {"-o", "/f/program", "-Xlinker", "--reproduce=/f/side-0", "-Xlinker", "--plugin-opt=obj-path=/f/side-1"}},
      {{"-lx", "-MMD"}, {"-o", "/f/program", "-MF", "/f/depfile"}},
  };
  for (const Row &row : table) {
    auto words = repeat_link(record_of(row.words), "program", "/f");
    REQUIRE(static_cast<bool>(words));
    Words expected = row.words;
    expected.erase(expected.begin() + 1, expected.begin() + 1 + row.left_out);
    expected.insert(expected.end(), row.behind.begin(), row.behind.end());
    CHECK(*words == expected);
  }
  // Behind `--` an option would be a file.
  auto words = repeat_link(record_of({"-lx", "--", "/dev/null"}), "program", "/f");
  REQUIRE(static_cast<bool>(words));
  CHECK(*words == Words{"-lx", "-o", "/f/program", "--", "/dev/null"});
}

TEST_CASE("words that write where they like are refused, and so are files that are gone", "[compare]") {
  for (const char *word : {"--coverage", "-fprofile-generate=dir", "-save-temps=cwd", "-ftest-coverage"}) {
    auto words = repeat_link(record_of({"-lx", word}), "program", "/f");
    REQUIRE(!words);
    CHECK(message(words.takeError()) == "program: cannot be linked again, for '" + std::string(word) +
                                            "' writes beside the files of the first link; link it without that word to "
                                            "compare");
  }
  // No source, nothing to write.
  CHECK(static_cast<bool>(repeat_link(record_of({"-lx", "-fstack-usage"}), "program", "/f")));
  auto words = repeat_link(record_of({"gone.o"}), "program", "/f");
  REQUIRE(!words);
  CHECK(message(words.takeError()) ==
        "program: cannot be linked again, for gone.o is gone; build it anew, and keep that file");
  words = repeat_link(record_of({"-x", "c++", "-"}), "program", "/f");
  REQUIRE(!words);
  CHECK(message(words.takeError()).starts_with("program: cannot be linked again, for its source came through a pipe;"));
}

TEST_CASE("the table and the object have each allocator, best first", "[compare]") {
  Figures quick{{0.25, 0.24, 0.26}, {0.2, 0.2, 0.2}, {12.3e6, 12.2e6, 12.4e6}}, slow = quick;
  slow.seconds = {2.5, 2.4, 2.6};
  std::vector<Row> rows{{"jemalloc", "5.3.1", quick, 1}, {"system", "", slow, 2}};
  CHECK(to_text(rows, 9) == "                            time               CPU        peak memory\n"
                            "jemalloc 5.3.1   250 ms ±  4.0 %   200 ms ±  0.0 %   12.3 MB ±  0.8 %\n"
                            "system           2.50 s ±  4.0 %   200 ms ±  0.0 %   12.3 MB ±  0.8 %\n"
                            "\n9 turns: their times are told apart\n");
  rows[1].place = 1;
  CHECK(llvm::StringRef(to_text(rows, 9))
            .ends_with("9 turns: jemalloc and system take as long, as far as can be told\n"));
  auto short_rows = rows;
  for (Row &row : short_rows) row.figures.seconds = {0.004, 0.004, 0.004};
  CHECK(llvm::StringRef(to_text(short_rows, 9))
            .ends_with("the runs are so short that most is the start: give them more to do\n"));
  short_rows[1].place = 2;
  CHECK(llvm::StringRef(to_text(short_rows, 9)).ends_with("9 turns: their times are told apart\n"));
  auto json = llvm::json::parse(to_json(rows, "/b/program", 9));
  REQUIRE(static_cast<bool>(json));
  const auto &allocators = *json->getAsObject()->getArray("allocators");
  REQUIRE(allocators.size() == 2);
  CHECK(allocators[0].getAsObject()->getNumber("seconds") == 0.25);
  CHECK(*allocators[0].getAsObject()->getNumber("seconds_noise") == Approx(0.01));
  CHECK(allocators[0].getAsObject()->getInteger("peak") == 12300000);
  CHECK(allocators[1].getAsObject()->getString("name") == "system");
  CHECK(allocators[1].getAsObject()->get("version")->kind() == llvm::json::Value::Null);
}
