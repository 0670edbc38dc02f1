// SPDX-License-Identifier: Apache-2.0
// Does what repetition.h and turns.h decide, in a folder of its own.
#include "compare/compare.h"

#include "compare/print.h"
#include "compare/record.h"
#include "compare/repetition.h"
#include "compare/turns.h"
#include "compiler/environment.h"
#include "descriptor.h"
#include "link/runtime_objects.h"
#include "message.h"
#include "paths.h"
#include "run/private_folder.h"
#include "run/process.h"
#include "run/response_file.h"
#include "words/allocators.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

namespace cxx_alloc::compare {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;
using llvm::StringRef;

constexpr const char *usage = "write cxx-alloc --allocator-compare LOG PROGRAM -- WORDS...";

/// The program, linked with one allocator.
struct Contestant {
  const Allocator *allocator;
  std::string file = {};
};

/// The turn that runs, on a terminal.
void show_progress(const std::string &text) {
  static const bool is_terminal = isatty(STDERR_FILENO);
  if (!is_terminal) return;
  std::string line = "\r";
  if (!text.empty()) line += "cxx-alloc: " + text;
  print_line(line += "\033[K");
}

/// Ends as a signal that came meant to end us, with nothing left behind.
void heed_signal(const PrivateFolder &folder) {
  int number = signal_received();
  if (!number) return;
  show_progress("");
  folder.remove();
  end_like({0, number});
}

/// What `record` was linked with in its environment, for one of ours that links it again.
std::vector<std::string> link_environment(const Record &record, const std::string &log) {
  std::vector<std::string> variables;
  for (char **variable = environ; *variable; ++variable) {
    StringRef name = StringRef(*variable).split('=').first;
    // The next two make compilers write dependencies into files of the user's.
    if (llvm::is_contained(link_variables, name) || name == "DEPENDENCIES_OUTPUT" || name == "SUNPRO_DEPENDENCIES" ||
        name.starts_with("CXX_ALLOC"))
      continue;
    variables.emplace_back(*variable);
  }
  for (const auto &[name, value] : record.environment) variables.push_back(name + "=" + value);
  variables.push_back("CXX_ALLOC_LOG=" + log);
  return variables;
}

/// Makes in `folder` what stands beside `file`, as links: a program may look for libraries and data from where it lies,
/// and a folder or two above. Gives the folder for the file.
std::string imitate_neighbours(StringRef file, const std::string &folder) {
  constexpr size_t levels = 3;
  std::vector<StringRef> originals;  // innermost first
  for (StringRef at = path::parent_path(file); originals.size() < levels && at.size() > 1; at = path::parent_path(at))
    originals.push_back(at);
  std::string made = folder;
  std::error_code error = fs::create_directory(made);
  for (size_t level = originals.size(); level-- > 0 && !error;) {
    if (level + 1 < originals.size()) {
      made += ("/" + path::filename(originals[level])).str();
      error = fs::create_directory(made);
    }
    StringRef real = path::filename(level ? originals[level - 1] : file);
    for (fs::directory_iterator entry(originals[level], error, false), end; entry != end && !error;
         entry.increment(error))
      if (StringRef name = path::filename(entry->path()); name != real) [[maybe_unused]]
        int failed = symlink(entry->path().c_str(), (made + "/" + name.str()).c_str());
  }
  return made;
}

class Comparison {
public:
  Comparison(Record record, std::string program, const std::string &self)
      : record_(std::move(record)), program_(std::move(program)), self_(self) {}

  llvm::Error link_all(StringRef runtime_root);
  llvm::Expected<std::string> compare(OwnOptions::Compare form, llvm::ArrayRef<const char *> words);

private:
  llvm::Error link(Contestant &contestant, const std::string &folder);
  llvm::Error check_link(const Contestant &contestant, const std::string &log);
  llvm::Error link_failed(const Contestant &contestant, const Ending &ending, const std::string &said);
  llvm::Expected<Run> run(const Contestant &contestant, llvm::ArrayRef<const char *> words);
  llvm::Error prepare_streams();

  Record record_;
  std::string program_;
  const std::string &self_;
  PrivateFolder folder_;
  std::vector<Contestant> contestants_;
  Descriptor nowhere_;
  std::string input_;  ///< opened for each run
};

llvm::Error Comparison::link_all(StringRef runtime_root) {
  if (folder_.path().empty())
    return make_error("a temporary folder", std::string("cannot be made: ") + std::strerror(errno),
                      "set TMPDIR to a folder with room");
  if (auto error = prepare_streams()) return error;
  hold_signals();
  for (const Allocator &allocator : allocators())
    if (has_runtime(runtime_root, allocator.name, record_.target)) contestants_.push_back({&allocator});
  if (contestants_.size() < 2)
    return make_error(program_, "there is nothing to compare for " + record_.target,
                      "install the runtime of an allocator for it");
  for (auto &contestant : contestants_) {
    show_progress("linking " + program_ + " with " + contestant.allocator->name.str());
    if (auto error = link(contestant, folder_.path() + "/" + contestant.allocator->name.str())) return error;
    heed_signal(folder_);
  }
  return llvm::Error::success();
}

llvm::Error Comparison::link(Contestant &contestant, const std::string &folder) {
  // Beside the files of the program only the program may lie: it may look at its folder.
  std::string side = folder + ".link";
  if (auto error = fs::create_directory(side))
    return make_error(side, "cannot be made: " + error.message(), "set TMPDIR to a folder with room");
  auto words = repeat_link(record_, program_, side);
  if (!words) return words.takeError();
  std::string request = ("--allocator=" + contestant.allocator->name).str(), log = side + "/log", said = side + "/said";
  std::string words_file = side + "/words";
  {
    std::error_code error;
    llvm::raw_fd_ostream out(words_file, error);
    out << response_file_text(llvm::SmallVector<StringRef, 0>(words->begin(), words->end()));
    out.close();
    if (error || out.has_error()) {
      out.clear_error();
      return make_error(words_file, "cannot be written", "set TMPDIR to a folder with room");
    }
  }
  std::string at_words = "@" + words_file;
  Words argv{"cxx-alloc", "--allocator-launch"};
  for (const std::string &word : record_.compiler) argv.push_back(word.c_str());
  argv.append({request.c_str(), at_words.c_str()});
  // The options were meant for the allocator that the program was linked with.
  if (contestant.allocator->name == record_.allocator)
    for (const std::string &option : record_.options) argv.push_back(option.c_str());

  std::vector<std::string> variables = link_environment(record_, log);
  llvm::SmallVector<char *, 0> environment;
  for (std::string &variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);
  Descriptor output(open(said.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  auto ending = run_and_wait(self_, argv,
                             {.directory = record_.directory.c_str(),
                              .environment = environment.data(),
                              .input = nowhere_.get(),
                              .output = output.get(),
                              .errors = output.get()});
  heed_signal(folder_);
  if (!ending) return ending.takeError();
  if (!ending->success()) return link_failed(contestant, *ending, said);
  if (auto error = check_link(contestant, log)) return error;

  std::string name = file_name(record_.artifact).str();
  contestant.file = imitate_neighbours(record_.artifact, folder) + "/" + name;
  std::string linked = side + "/" + name;
  if (auto error = fs::rename(linked, contestant.file))
    return make_error(linked, "cannot be moved: " + error.message(), "set TMPDIR to a folder with room");
  return llvm::Error::success();
}

llvm::Error Comparison::link_failed(const Contestant &contestant, const Ending &ending, const std::string &said) {
  show_progress("");
  if (auto text = llvm::MemoryBuffer::getFile(said)) print_line((*text)->getBuffer());
  std::string how =
      ending.signal ? "signal " + std::to_string(ending.signal) : "exit status " + std::to_string(ending.status);
  return make_error(program_, "cannot be linked again with " + contestant.allocator->name + " (" + how + ")",
                    "see what is said above");
}

/// What was asked for need not be what the artifact has.
llvm::Error Comparison::check_link(const Contestant &contestant, const std::string &log) {
  auto text = llvm::MemoryBuffer::getFile(log);
  auto again = find_record(text ? (*text)->getBuffer() : "", log,
                           path::parent_path(log).str() + "/" + file_name(record_.artifact).str(), "/");
  if (!again)
    return make_error(program_, "cannot be linked again with " + contestant.allocator->name,
                      llvm::toString(again.takeError()));
  if (again->allocator == contestant.allocator->name) return llvm::Error::success();
  return make_error(program_, "linked again with " + contestant.allocator->name + ", it has " + again->allocator,
                    "see --print-allocator of its link");
}

/// A file on standard input is read from its beginning in each run; a terminal or a pipe would be read once.
llvm::Error Comparison::prepare_streams() {
  nowhere_ = Descriptor(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nowhere_) return make_error("/dev/null", std::strerror(errno), "see what is wrong with it");
  struct stat status;
  if (fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode)) input_ = "/proc/self/fd/0";
  return llvm::Error::success();
}

llvm::Expected<Run> Comparison::run(const Contestant &contestant, llvm::ArrayRef<const char *> words) {
  Words argv{contestant.file.c_str()};
  argv.append(words.begin(), words.end());
  Descriptor input(input_.empty() ? -1 : open(input_.c_str(), O_RDONLY | O_CLOEXEC));
  auto begin = std::chrono::steady_clock::now();
  auto ending =
      run_and_wait(contestant.file, argv,
                   {.input = input ? input.get() : nowhere_.get(), .output = nowhere_.get(), .errors = nowhere_.get()});
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  heed_signal(folder_);
  if (!ending)
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   StringRef(llvm::toString(ending.takeError())).split(';').first +
                                       "; set TMPDIR to a folder from which programs may run");
  Run run{{took.count(), ending->cpu, double(ending->peak)}};
  if (ending->signal)
    run.failure = std::string(strsignal(ending->signal));
  else if (ending->status)
    run.failure = "exit status " + std::to_string(ending->status);
  return run;
}

llvm::Expected<std::string> Comparison::compare(OwnOptions::Compare form, llvm::ArrayRef<const char *> words) {
  std::vector<std::string> names;
  names.reserve(contestants_.size());
  for (const Contestant &contestant : contestants_) names.push_back(contestant.allocator->name.str());
  auto samples = take_turns(names, program_, Limits{}, [&](size_t index, size_t turn) {
    show_progress((turn ? "turn " + std::to_string(turn) : "warming up") + ": " + names[index]);
    return run(contestants_[index], words);
  });
  show_progress("");
  if (!samples) return samples.takeError();

  std::vector<Figures> figures;
  for (const auto &runs : *samples) figures.push_back(figures_of(runs));
  std::vector<Row> rows;
  std::vector<Figures> ordered;
  for (size_t index : order_by_time(figures)) {
    const Allocator &allocator = *contestants_[index].allocator;
    rows.push_back({allocator.name.str(), allocator.version.str(), figures[index]});
    ordered.push_back(figures[index]);
  }
  for (auto [row, place] : llvm::zip_equal(rows, places(ordered))) row.place = place;
  size_t turns = samples->front().size();
  return form == OwnOptions::Compare::json ? to_json(rows, record_.artifact, turns) : to_text(rows, turns);
}

}  // namespace

llvm::Expected<int> run(OwnOptions::Compare form, llvm::ArrayRef<const char *> words, StringRef runtime_root,
                        const std::string &self) {
  if (words.size() < 2 || StringRef(words[0]).starts_with("-") || StringRef(words[1]).starts_with("-"))
    return make_error("--allocator-compare", "wants the log of a link and the program that it made", usage);
  if (words.size() > 2 && StringRef(words[2]) != "--")
    return make_error("--allocator-compare", std::string("'") + words[2] + "' stands before --", usage);
  std::string log = words[0], program = words[1];
  llvm::SmallString<256> directory;
  if (auto error = fs::current_path(directory))
    return make_error("the current folder", error.message(), "go to one that is there");
  auto text = llvm::MemoryBuffer::getFile(log, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!text)
    return make_error(log, "cannot be read: " + text.getError().message(), "name the file that CXX_ALLOC_LOG wrote");
  auto record = find_record((*text)->getBuffer(), log, program, directory);
  if (!record) return record.takeError();
  text->reset();

  Comparison comparison(std::move(*record), program, self);
  if (auto error = comparison.link_all(runtime_root)) return error;
  auto said = comparison.compare(form, words.drop_front(std::min<size_t>(words.size(), 3)));
  if (!said) return said.takeError();
  if (auto error = print_output(*said)) return error;
  return 0;
}

}  // namespace cxx_alloc::compare
