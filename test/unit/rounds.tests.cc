// SPDX-License-Identifier: Apache-2.0
// Does the loop link until the artifact agrees, at most three times, and leave nothing behind that nobody decided?
#include "run/rounds.h"
#include "fake_runtime.h"

#include <llvm/Support/Allocator.h>

using namespace cxx_alloc;

namespace {

/// What a compiler makes, round by round, and what is done to it.
class FakeWorld final : public LinkWorld {
public:
  std::vector<Evidence> makes;
  int fails_in_round = 0;
  bool bodies_are_wrong = false;
  bool reads_a_pipe = false;
  std::vector<std::string> events;  ///< "run jemalloc", "prepare", "discard"

  llvm::Expected<bool> run(const Outcome &outcome, int round) override {
    bool inlines = outcome.decision.inlining.happens();
    events.push_back("run " + outcome.decision.allocator + (inlines ? ", inlined" : ""));
    round_ = round;
    if (round == fails_in_round) return llvm::createStringError("the compiler fails");
    return !(inlines && bodies_are_wrong);
  }
  Evidence look(const Outcome &) override { return makes.at(round_ - 1); }
  bool can_run_again() const override { return !reads_a_pipe; }
  void prepare_another() override { events.push_back("prepare"); }
  void discard() override { events.push_back("discard"); }
  std::string artifact() const override { return "program"; }

private:
  int round_ = 0;
};

class RoundsTest {
public:
  RoundsTest() {
    job.line = parse_command_line(words_);
    job.runtime = runtime_.options();
    std::filesystem::create_directories(runtime_.place("jemalloc", "lto/gcc-12.2.0"));
    link.facts.output = Output::executable;
    link.facts.target = host_target().str();
    whole.is_written = true;
    whole.output = Output::executable;
    whole.malloc_is_users = Answer::no;
    whole.exports_malloc = Answer::yes;
    users = whole;
    users.malloc_is_users = Answer::yes;
    users.users_functions = {"malloc"};
    bare.is_written = true;
    bare.output = Output::executable;
    bare.missing = {"malloc"};
  }

  /// The allocator that it ended with, or the error.
  std::string link_it() {
    llvm::StringSaver saver(memory_);
    auto outcome = link_until_settled(job, llvm::cantFail(settle(job, link, saver)), world, saver);
    if (!outcome) return llvm::toString(outcome.takeError());
    CHECK(outcome->is_verified);
    return outcome->decision.allocator;
  }

  Job job;
  LinkFacts link;
  FakeWorld world;
  Evidence whole, users, bare;  ///< a program with our malloc, with the user's in its place, with none

private:
  std::vector<const char *> words_ = {"main.cc", "-o", "program"};
  FakeRuntime runtime_;
  llvm::BumpPtrAllocator memory_;
};

using Events = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(RoundsTest, "what agrees is linked once", "[rounds]") {
  world.makes = {whole};
  CHECK(link_it() == "jemalloc");
  CHECK(world.events == Events{"run jemalloc"});
}

TEST_CASE_METHOD(RoundsTest, "what cannot be read is believed", "[rounds]") {
  world.makes = {Evidence{}};
  CHECK(link_it() == "jemalloc");
}

TEST_CASE_METHOD(RoundsTest, "a malloc of the user's in a source is left alone in a second round", "[rounds]") {
  world.makes = {users, users};
  CHECK(link_it() == "user");
  CHECK(world.events == Events{"run jemalloc", "prepare", "run user"});
}

TEST_CASE_METHOD(RoundsTest, "a member that the linker did not take gives its place to ours", "[rounds]") {
  link.facts.provider = Provider{.word = "libown.a(own.o)", .is_certain = false};
  world.makes = {bare, whole};
  CHECK(link_it() == "jemalloc");
  CHECK(world.events == Events{"run user", "prepare", "run jemalloc"});
}

TEST_CASE_METHOD(RoundsTest, "a link that the bodies for LTO break is made without them", "[rounds]") {
  link.facts.lto = Lto{.word = "-flto", .compiler = "gcc-12.2.0"};
  world.bodies_are_wrong = true;
  world.makes = {whole};
  CHECK(link_it() == "jemalloc");
  CHECK(world.events == Events{"run jemalloc, inlined", "prepare", "run jemalloc"});
}

TEST_CASE_METHOD(RoundsTest, "an allocator that changes with each round is an error, and nothing stays", "[rounds]") {
  link.facts.provider = Provider{.word = "libown.a(own.o)", .is_certain = false};
  world.makes = {bare, users, bare};
  CHECK(link_it() == "program: its allocator is another one each time that it is linked; pass --allocator=system");
  CHECK(world.events == Events{"run user", "prepare", "run jemalloc", "prepare", "run user", "discard"});
}

// A weak malloc in an archive in front, and a version script with which GNU ld exports nothing.
TEST_CASE_METHOD(RoundsTest, "ours in the place of a member that was not taken, and hidden: the system's", "[rounds]") {
  link.facts.provider = Provider{.word = "libweak.a(weak.o)", .is_certain = false};
  Evidence hidden = whole;
  hidden.exports_malloc = Answer::no;
  world.makes = {bare, hidden, bare};
  CHECK(link_it() == "system");
  CHECK(world.events == Events{"run user", "prepare", "run jemalloc", "prepare", "run system"});
}

TEST_CASE_METHOD(RoundsTest, "a source that is a pipe is read once, and what it made is taken away", "[rounds]") {
  world.reads_a_pipe = true;
  world.makes = {users};
  CHECK(link_it() ==
        "program: its source has a say in its allocator, and cannot be read a second time; pass --allocator=system");
  CHECK(world.events == Events{"run jemalloc", "discard"});
}

TEST_CASE_METHOD(RoundsTest, "what was asked for by hand and is not there is an error, and nothing stays", "[rounds]") {
  link.facts.flag = Request{"jemalloc", "--allocator=jemalloc"};
  world.makes = {users};
  CHECK(link_it() == "cannot link two allocators: --allocator=jemalloc and the malloc that is compiled into program; "
                     "leave one of them out");
  CHECK(world.events == Events{"run jemalloc", "discard"});
}

TEST_CASE_METHOD(RoundsTest, "a compiler that fails has said why", "[rounds]") {
  world.fails_in_round = 1;
  CHECK(link_it() == "the compiler fails");
  CHECK(world.events == Events{"run jemalloc"});
  world.events.clear();
  world.fails_in_round = 2;
  world.makes = {users};
  CHECK(link_it() == "the compiler fails");
  CHECK(world.events == Events{"run jemalloc", "prepare", "run user"});
}
