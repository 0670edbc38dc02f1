// SPDX-License-Identifier: Apache-2.0
// From words to a report: read all files, then judge each with the libraries that it would have.
#include "audit/audit.h"

#include "audit/process.h"
#include "audit/progress_line.h"
#include "audit/report.h"
#include "audit/words.h"
#include "message.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/Support/FileSystem.h>

#include <cerrno>
#include <cstring>
#include <set>
#include <sys/stat.h>

namespace cxx_alloc::audit {
namespace {

struct Audit {
  Store store;
  Progress progress;
  Loader loader;
  Report report;
  std::mutex libraries_mutex;
  llvm::DenseMap<const Facts *, size_t> file_of;
  llvm::StringMap<std::uint32_t> library_numbers;
  std::vector<llvm::SmallVector<size_t, 1>> words_of;  ///< of each file: the words that it is, or is below
  std::vector<std::vector<const Facts *>> loners_of;   ///< of each executable: what it links that keeps to itself
  // Words may overlap; what they lead to is told once.
  llvm::StringMap<size_t> reported;  ///< each file, by its path without links
  llvm::StringSet<> told;            ///< likewise what is unreadable
  std::set<unsigned long> processes;
  std::vector<std::string> host_of;  ///< of each executable: its library that loads plug-ins
  std::set<std::pair<size_t, const Facts *>> files_of_tree;

  bool keeps_libraries;  ///< for the page

  Audit(llvm::StringRef library_path, bool keeps) : loader(store, library_path.str()), keeps_libraries(keeps) {}

  void add(size_t word, std::string path, const Facts *facts, llvm::StringRef real) {
    auto [place, is_new] = reported.try_emplace(real, report.files.size());
    if (!is_new) return words_of[place->second].push_back(word);
    FileReport file;
    file.path = std::move(path);
    file.facts = facts;
    report.files.push_back(std::move(file));
    words_of.push_back({word});
  }
  void add_unreadable(std::string path, std::string problem, llvm::StringRef real) {
    if (told.insert(real).second) report.unreadable.push_back({std::move(path), std::move(problem)});
  }
  void add_folder(size_t word, const std::string &path);
  void add_path(size_t word, const std::string &path);
  /// A number is a process.
  void add_word(size_t word, const std::string &text);
  void judge();
  void keep_libraries(FileReport &file, llvm::ArrayRef<Module> modules);
  void find_plug_ins();
};

std::string absolute(const std::string &path) {
  llvm::SmallString<256> real;
  return llvm::sys::fs::real_path(path, real) ? path : std::string(real);
}

void Audit::add_folder(size_t word, const std::string &path) {
  // A link is followed where it is named; O_NOFOLLOW is for those within.
  std::string folder = path, real = absolute(path);
  struct stat link;
  if (lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode) && folder.back() != '/') folder += '/';
  if (real.back() != '/') real += '/';
  size_t prefix = folder.size() + (folder.back() != '/');
  auto real_path = [&](llvm::StringRef walked) { return real + walked.substr(prefix).str(); };
  Walk walked = walk(folder, store, progress);
  for (WalkedFile &file : walked.files)
    if (file.facts->kind == Kind::executable || file.facts->kind == Kind::shared_library)
      add(word, file.path, file.facts, real_path(file.path));
  for (Unreadable &file : walked.unreadable)
    add_unreadable(file.path == folder ? path : file.path, file.problem, real_path(file.path));
}

void Audit::add_path(size_t word, const std::string &path) {
  struct stat status;
  std::string real = absolute(path);
  if (stat(path.c_str(), &status) != 0) {
    add_unreadable(path, std::strerror(errno), real);
  } else if (S_ISDIR(status.st_mode)) {
    add_folder(word, path);
  } else if (const Facts *facts = store.read(path); !facts || facts->state == Facts::State::not_elf) {
    if (facts && facts->kind == Kind::static_library)
      add(word, path, facts, real);
    else
      add_unreadable(path, "neither an executable nor a library", real);
  } else if (facts->state != Facts::State::sound || facts->kind == Kind::other) {
    add_unreadable(path, facts->problem, real);
  } else {
    add(word, path, facts, real);
  }
}

void Audit::add_word(size_t word, const std::string &text) {
  std::optional<unsigned long> pid = process_number(text);
  if (!pid) return add_path(word, text);
  if (!processes.insert(*pid).second) return;
  auto process = read_process(*pid, store);
  if (!process) {
    report.unreadable.push_back({text, llvm::toString(process.takeError()), true});
    return;
  }
  llvm::move(process->unreadable, std::back_inserter(report.unreadable));
  report.processes.push_back(std::move(*process));
}

void Audit::judge() {
  for (size_t i = 0; i != report.files.size(); ++i) {
    file_of.try_emplace(report.files[i].facts, i);
    for (size_t word : words_of[i]) files_of_tree.insert({word, report.files[i].facts});
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
        auto is_beside = [&](size_t word) { return files_of_tree.contains({word, module.facts}); };
        if (!module.is_of_system && loads_plug_ins(*module.facts) && llvm::any_of(words_of[i], is_beside))
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
      if (library.facts->target != file.facts->target) continue;
      auto is_beside = [&](size_t word) { return llvm::is_contained(words_of[plug_in.file], word); };
      if (llvm::none_of(words_of[i], is_beside)) continue;
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
  auto named = read_words(options, words);
  if (!named) return fail(named.takeError());
  Audit audit(library_path, options.audit == OwnOptions::Audit::html);
  {
    ProgressLine line(audit.progress);
    for (size_t word = 0; word != named->size(); ++word) audit.add_word(word, (*named)[word]);
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
