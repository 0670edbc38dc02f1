// SPDX-License-Identifier: Apache-2.0
// --emit-static-lib over g++: like clang's, compile, then archive; linker words are left aside.
#include "run/build_static_library.h"

#include "inputs/scan.h"
#include "message.h"
#include "run/private_folder.h"
#include "run/process.h"
#include "run/report.h"
#include "run/static_library.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

#include <cerrno>
#include <cstring>

namespace cxx_alloc {
namespace {

namespace path = llvm::sys::path;
using Members = std::vector<std::pair<std::string, std::string>>;

/// What the sources ask for is known when they are compiled.
llvm::Expected<Outcome> reconsider(const Job &job, const Outcome &outcome, const Members &members,
                                   llvm::StringSaver &saver) {
  std::vector<LinkInput> inputs;
  for (const auto &[name, file] : members) inputs.push_back({LinkInput::Kind::file, file});
  std::vector<std::string> requests;
  for (const ScannedRequest &request : scan_link_inputs(inputs, {}).requests) requests.push_back(request.allocator);
  LinkFacts link = outcome.link;
  set_requests(link, requests, artifact_of(job.line));
  return settle(job, std::move(link), saver);
}

/// Options by which a compiler leaves files beside the object, or looks for them there.
constexpr llvm::StringRef with_files[] = {"-gsplit-dwarf",
                                          "--coverage",
                                          "-coverage",
                                          "-ftest-coverage",
                                          "-fprofile",
                                          "-fauto-profile",
                                          "-fstack-usage",
                                          "-fcallgraph-info",
                                          "-fdump-",
                                          "-save-temps",
                                          "--save-temps",
                                          "-ftime-trace",
                                          "-fsave-optimization-record"};

/// Says where the files beside the objects are to be, for the objects are in a folder that goes away: where they are
/// after a link by GCC 12 or clang 22, as `lib.a-main.dwo`. GCC before 11 and clang before 17 cannot be told.
class FilesBeside {
public:
  static llvm::Expected<FilesBeside> of(const Job &job, Family family, const std::string &output) {
    auto any = [&](auto matches) { return llvm::any_of(job.line.compile_words, matches); };
    FilesBeside files(output);
    bool has = any([](llvm::StringRef word) {
      return llvm::any_of(with_files, [&](llvm::StringRef option) { return word.starts_with(option); });
    });
    if (has && !any([](llvm::StringRef word) { return word.starts_with("-dump"); })) {
      auto version = compiler_version(job.compiler);
      if (!version) return version.takeError();
      unsigned major = 0;
      llvm::StringRef(*version).consumeInteger(10, major);
      files.has_prefix_ = major >= (family == Family::gnu ? 11 : 17);
      files.has_base_ = family == Family::gnu;
    }
    files.has_dependencies_ = any([](llvm::StringRef word) { return word == "-MD" || word == "-MMD"; }) &&
                              !any([](llvm::StringRef word) { return word.starts_with("-MF"); });
    files.has_rule_ = any([](llvm::StringRef word) { return word.starts_with("-MT") || word.starts_with("-MQ"); });
    return files;
  }

  void add_words(const std::string &source, Words &words, llvm::StringSaver &saver) const {
    if (has_prefix_) words.append({"-dumpdir", saver.save(output_ + "-").data()});
    llvm::StringRef name = source == "-" ? "stdin" : path::filename(source);
    if (has_prefix_ && has_base_)
      words.append({"-dumpbase", saver.save(name).data(), "-dumpbase-ext", saver.save(path::extension(name)).data()});
    llvm::SmallString<256> rules(output_);
    path::replace_extension(rules, ".d");
    if (has_dependencies_) words.append({"-MF", saver.save(rules.str()).data()});
    if (has_dependencies_ && !has_rule_) words.append({"-MT", saver.save(output_).data()});
  }

private:
  explicit FilesBeside(std::string output) : output_(std::move(output)) {}
  std::string output_;
  bool has_prefix_ = false, has_base_ = false, has_dependencies_ = false, has_rule_ = false;
};

/// Compiles the source `index` into `object`; ends as the compiler ends where it fails.
llvm::Error compile(const Job &job, size_t index, const std::string &object, const FilesBeside &beside,
                    const PrivateFolder &folder, llvm::StringSaver &saver) {
  Words words = job.compiler.words;
  for (const std::string &word : job.line.compile_words) words.push_back(word.c_str());
  beside.add_words(job.line.sources[index], words, saver);
  words.append({"-c", "-o", object.c_str()});
  if (const std::string &language = job.line.languages[index]; !language.empty())
    words.append({"-x", language.c_str()});
  words.push_back(job.line.sources[index].c_str());
  auto ending = run_and_wait(job.compiler.file, words);
  if (!ending) return ending.takeError();
  if (ending->success()) return llvm::Error::success();
  folder.remove();
  end_like(*ending);
}

}  // namespace

llvm::Expected<int> build_static_library(const Job &job, const Outcome &outcome, const Environment &environment,
                                         llvm::StringSaver &saver) {
  std::string output = artifact_of(job.line);
  if (job.line.dry_run) {
    // What would be run, in the form of the drivers' own -###, and nothing more.
    for (const std::string &source : job.line.sources) llvm::errs() << " compile " << source << "\n";
    llvm::errs() << " archive " << output << "\n";
    return 0;
  }

  PrivateFolder folder;
  if (folder.path().empty())
    return make_error("a temporary folder", std::string("cannot be made: ") + std::strerror(errno),
                      "set TMPDIR to a folder with room");

  auto beside = FilesBeside::of(job, outcome.link.family, output);
  if (!beside) return beside.takeError();
  Members members;
  for (const auto &[number, source] : llvm::enumerate(job.line.sources)) {
    std::string name = source == "-" ? "stdin.o" : (path::stem(source) + ".o").str();
    std::string object = (folder.path() + "/" + llvm::Twine(number) + ".o").str();
    if (auto error = compile(job, number, object, *beside, folder, saver)) return error;
    members.emplace_back(std::move(name), std::move(object));
  }
  for (const std::string &object : job.line.objects) members.emplace_back(path::filename(object).str(), object);
  auto again = reconsider(job, outcome, members, saver);
  if (!again) return again.takeError();
  auto carried = carried_objects(again->decision, again->link.facts, job.runtime);
  if (!carried) return carried.takeError();
  members.insert(members.end(), carried->begin(), carried->end());

  if (auto error = write_static_library(output, members))
    return make_error("static library", llvm::toString(std::move(error)), "check the inputs and the output's folder");
  again->is_verified = true;
  report(job, *again, environment);
  return 0;
}

}  // namespace cxx_alloc
