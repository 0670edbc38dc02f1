// SPDX-License-Identifier: Apache-2.0
// From words to a report: read all files, then judge each with the libraries that it would have.
#include "audit/audit.h"

#include "audit/process.h"
#include "audit/report.h"
#include "message.h"
#include "words/allocators.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <set>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace cxx_alloc::audit {
namespace {

/// A line on a terminal that says how far it is, until it goes.
class ProgressLine {
public:
  explicit ProgressLine(const Progress &progress) : progress_(progress) {
    if (isatty(STDERR_FILENO)) thread_ = std::thread([this] { show(); });
  }
  ~ProgressLine() {
    if (!thread_.joinable()) return;
    {
      std::lock_guard lock(mutex_);
      is_done_ = true;
    }
    changed_.notify_one();
    thread_.join();
    if (is_shown_) say("\r\033[K");
  }

private:
  static void say(llvm::StringRef text) {
    [[maybe_unused]] ssize_t written = write(STDERR_FILENO, text.data(), text.size());
  }
  void show() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, std::chrono::milliseconds(200), [&] { return is_done_; })) {
      is_shown_ = true;
      say("\rcxx-alloc: " + std::to_string(progress_.files) + " files read, " + std::to_string(progress_.elf_files) +
          " of them programs and libraries\033[K");
    }
  }

  const Progress &progress_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_done_ = false, is_shown_ = false;
  std::thread thread_;
};

struct Audit {
  Store store;
  Progress progress;
  Loader loader;
  Report report;
  std::mutex libraries_mutex;
  llvm::DenseMap<const Facts *, size_t> file_of;
  llvm::StringMap<std::uint32_t> library_numbers;
  std::vector<size_t> tree_of;                        ///< of each file: which word it is below
  std::vector<std::vector<const Facts *>> loners_of;  ///< of each executable: what it links that keeps to itself
  std::vector<std::string> host_of;                   ///< of each executable: its library that loads plug-ins
  std::set<std::pair<size_t, const Facts *>> files_of_tree;

  bool keeps_libraries;  ///< for the page

  Audit(llvm::StringRef library_path, bool keeps) : loader(store, library_path.str()), keeps_libraries(keeps) {}

  void add(size_t word, std::string path, const Facts *facts) {
    FileReport file;
    file.path = std::move(path);
    file.facts = facts;
    report.files.push_back(std::move(file));
    tree_of.push_back(word);
  }
  void add_path(size_t word, const std::string &path);
  /// A number is a process.
  void add_word(size_t word, const std::string &text);
  void judge();
  void keep_libraries(FileReport &file, llvm::ArrayRef<Module> modules);
  void find_plug_ins();
};

void Audit::add_path(size_t word, const std::string &path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) {
    report.unreadable.push_back({path, std::strerror(errno)});
  } else if (S_ISDIR(status.st_mode)) {
    // A link is followed where it is named; O_NOFOLLOW is for those within.
    std::string folder = path;
    struct stat link;
    if (lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode) && folder.back() != '/') folder += '/';
    Walk walked = walk(folder, store, progress);
    for (WalkedFile &file : walked.files)
      if (file.facts->kind == Kind::executable || file.facts->kind == Kind::shared_library)
        add(word, std::move(file.path), file.facts);
    llvm::move(walked.unreadable, std::back_inserter(report.unreadable));
  } else if (const Facts *facts = store.read(path); !facts || facts->state == Facts::State::not_elf) {
    if (facts && facts->kind == Kind::static_library)
      add(word, path, facts);
    else
      report.unreadable.push_back({path, "neither an executable nor a library"});
  } else if (facts->state != Facts::State::sound || facts->kind == Kind::other) {
    report.unreadable.push_back({path, facts->problem});
  } else {
    add(word, path, facts);
  }
}

void Audit::add_word(size_t word, const std::string &text) {
  unsigned long pid;
  if (llvm::StringRef(text).getAsInteger(10, pid) || text[0] == '+' || text[0] == '-') return add_path(word, text);
  auto process = read_process(pid, store);
  if (!process) {
    report.unreadable.push_back({text, llvm::toString(process.takeError()), true});
    return;
  }
  llvm::move(process->unreadable, std::back_inserter(report.unreadable));
  report.processes.push_back(std::move(*process));
}

std::string absolute(const std::string &path) {
  llvm::SmallString<256> real;
  return llvm::sys::fs::real_path(path, real) ? path : std::string(real);
}

void Audit::judge() {
  for (size_t i = 0; i != report.files.size(); ++i) {
    file_of.try_emplace(report.files[i].facts, i);
    files_of_tree.insert({tree_of[i], report.files[i].facts});
  }
  loners_of.resize(report.files.size());
  host_of.resize(report.files.size());
  in_parallel(report.files.size(), [&](size_t i) {
    FileReport &file = report.files[i];
    switch (file.facts->kind) {
    case Kind::executable: {
      std::vector<Module> modules = loader.load(absolute(file.path), *file.facts);
      for (const Module &module : llvm::ArrayRef(modules).drop_front()) {
        if (!module.facts) {
          file.missing.push_back(module.name);
          continue;
        }
        if (!keeps_to_itself(*module.facts).empty()) loners_of[i].push_back(module.facts);
        // What all programs share loads its own plug-ins: libnss's, OpenSSL's.
        if (!module.is_of_system && loads_plug_ins(*module.facts) && files_of_tree.count({tree_of[i], module.facts}))
          host_of[i] = module.name;
      }
      file.verdict = judge_executable(modules);
      if (keeps_libraries) keep_libraries(file, modules);
      break;
    }
    case Kind::shared_library: file.verdict = judge_library({file.path, file.path, file.facts}); break;
    default: file.verdict.allocator = "none"; file.verdict.by = "nothing is decided before a link";
    }
  });
}

void Audit::keep_libraries(FileReport &file, llvm::ArrayRef<Module> modules) {
  std::lock_guard lock(libraries_mutex);
  for (const Module &module : modules.drop_front()) {
    // Under the name that the audit has for it, if it is a file of the audit: the loader may have come by bin/../lib.
    auto known = file_of.find(module.facts);
    std::string path = known == file_of.end() ? module.path : report.files[known->second].path;
    auto [place, is_new] = library_numbers.try_emplace(path.empty() ? module.name : path, report.libraries.size());
    if (is_new)
      report.libraries.push_back({place->first().str(), module.facts ? judge_library(module).allocator : "not found"});
    file.loaded.push_back({place->second, module.parent - 1});
    if (!file.verdict.provider.empty() && module.path == file.verdict.provider) file.provider_at = file.loaded.size();
  }
}

/// Each executable that loads plug-ins beside the libraries of its tree that would not share its malloc.
void Audit::find_plug_ins() {
  struct PlugIn {
    size_t file;
    std::string why;
  };
  std::vector<PlugIn> plug_ins;
  for (size_t i = 0; i != report.files.size(); ++i) {
    const FileReport &file = report.files[i];
    if (file.facts->kind != Kind::shared_library) continue;
    if (std::string why = keeps_to_itself(*file.facts); !why.empty()) plug_ins.push_back({i, std::move(why)});
  }
  if (plug_ins.empty()) return;
  for (size_t i = 0; i != report.files.size(); ++i) {
    FileReport &file = report.files[i];
    if (file.facts->kind != Kind::executable) continue;
    bool by_itself = loads_plug_ins(*file.facts);
    if (!by_itself && host_of[i].empty()) continue;
    const PlugIn *first = nullptr;
    size_t others = 0;
    for (const PlugIn &plug_in : plug_ins) {
      const FileReport &library = report.files[plug_in.file];
      if (tree_of[plug_in.file] != tree_of[i] || library.facts->target != file.facts->target) continue;
      if (llvm::is_contained(loners_of[i], library.facts)) continue;  // it is there from the start
      if (first)
        ++others;
      else
        first = &plug_in;
    }
    if (first)
      file.verdict.faults.push_back(
          plug_in_fault(by_itself ? "" : host_of[i], report.files[first->file].path, first->why, others));
  }
}

/// The names that `allocator` can have.
std::vector<llvm::StringRef> allocator_names() {
  std::vector<llvm::StringRef> names{"jemalloc", "tcmalloc", "mimalloc", "system", "user",      "sanitizer",
                                     "scudo",    "snmalloc", "rpmalloc", "hoard",  "tbbmalloc", "none"};
  for (const Allocator &allocator : allocators())
    if (!llvm::is_contained(names, allocator.name)) names.push_back(allocator.name);
  return names;
}

int fail(llvm::Error error) {
  print_message("error", llvm::toString(std::move(error)));
  return 2;
}

/// Names each executable and process that has another allocator; true if there is one, or nothing to be asked.
bool is_disappointed(const Report &report, llvm::StringRef expected) {
  bool asked = false, disappointed = false;
  auto ask = [&](const std::string &subject, const Verdict &verdict) {
    asked = true;
    if (verdict.allocator == expected) return;
    disappointed = true;
    print_message("error", subject + ": its allocator is " + verdict.allocator + " (" + verdict.by + "), not " +
                               expected.str() + "; link it with --allocator=" + expected.str() +
                               ", or leave it out of the audit");
  };
  for (const FileReport &file : report.files)
    if (file.facts->kind == Kind::executable) ask(file.path, file.verdict);
  for (const ProcessReport &process : report.processes) ask(std::to_string(process.pid), process.verdict);
  if (!asked)
    print_message("error", "--allocator-expect: there is no executable to expect it of; name a path that has one");
  return disappointed || !asked;
}

}  // namespace

int run(const OwnOptions &options, llvm::ArrayRef<const char *> words, llvm::StringRef library_path) {
  if (options.expect) {
    std::vector<llvm::StringRef> names = allocator_names();
    if (!llvm::is_contained(names, *options.expect)) {
      llvm::StringRef near = nearest_spelling(*options.expect, names);
      return fail(make_error("--allocator-expect=" + *options.expect, "unknown allocator",
                             near.empty() ? "the names are " + llvm::join(names, ", ")
                                          : ("did you mean '" + near + "'?").str()));
    }
  }
  Audit audit(library_path, options.audit == OwnOptions::Audit::html);
  size_t asked = 0;
  {
    ProgressLine line(audit.progress);
    bool only_paths_follow = false;
    for (const char *word : words) {
      llvm::StringRef text = word;
      if (!only_paths_follow && text == "--") {
        only_paths_follow = true;
      } else if (!only_paths_follow && text.starts_with("-")) {
        return fail(make_error(text, "not a path",
                               "write ./" + text + " for a file of that name; an audit has no other options"));
      } else {
        audit.add_word(asked++, text.str());
      }
    }
    if (!asked)
      return fail(
          make_error("--allocator-audit", "nothing to look at", "name files, folders or processes (by number)"));
    audit.judge();
    audit.find_plug_ins();
  }
  const Report &report = audit.report;
  std::string text;
  llvm::raw_string_ostream out(text);
  if (options.audit == OwnOptions::Audit::json)
    print_json(out, report);
  else if (options.audit == OwnOptions::Audit::html)
    print_html(out, report);
  else
    print_text(out, report);
  if (auto error = print_output(text)) return fail(std::move(error));

  for (const Unreadable &file : report.unreadable)
    print_message("error",
                  file.is_message ? file.problem : file.path + ": " + file.problem + "; it is not in the audit");
  bool is_bad = options.expect && is_disappointed(report, *options.expect);
  for (const FileReport &file : report.files) is_bad |= !file.verdict.faults.empty();
  for (const ProcessReport &process : report.processes) is_bad |= !process.verdict.faults.empty();
  return report.unreadable.empty() ? is_bad : 2;
}

}  // namespace cxx_alloc::audit
