// SPDX-License-Identifier: Apache-2.0
// /proc tells which files are mapped as code, and what LD_PRELOAD was. The order in which the loader took them is not
// there: it follows from what each needs. Which file a mapping is of, its device and inode tell: its path is one in the
// process's root, or in ours if the process is in a chroot, and another file may have the name by now.
#include "audit/process.h"

#include "audit/root.h"
#include "descriptor.h"
#include "message.h"
#include "paths.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/magic.h>
#include <set>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace cxx_alloc::audit {
namespace {

/// The whole of a file in /proc, which has no size; false with errno set.
bool read_all(const std::string &path, std::string &text) {
  constexpr size_t most = 64 << 20;
  Descriptor descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor) return false;
  char piece[16384];
  ssize_t got;
  while ((got = read(descriptor.get(), piece, sizeof piece)) > 0 && text.size() < most) text.append(piece, got);
  return got >= 0;
}

constexpr llvm::StringLiteral deleted = " (deleted)";

std::string target_of_link(const std::string &link) {
  std::string target(4096, '\0');
  ssize_t size = readlink(link.c_str(), target.data(), target.size());
  target.resize(std::max<ssize_t>(size, 0));
  return target;
}

/// The path of the executable. A file may really be called "x (deleted)".
std::string path_of_executable(const std::string &folder) {
  std::string target = target_of_link(folder + "/exe");
  struct stat running, named;
  if (stat((folder + "/exe").c_str(), &running) == 0 && stat((folder + "/root" + target).c_str(), &named) == 0 &&
      running.st_dev == named.st_dev && running.st_ino == named.st_ino)
    return target;
  llvm::StringRef text = target;
  text.consume_back(deleted);
  return text.str();
}

std::vector<llvm::StringRef> split_by_nul(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef, 64> parts;
  text.split(parts, '\0');
  return {parts.begin(), parts.end()};
}

void add_list(std::vector<std::string> &names, llvm::StringRef list, llvm::StringRef separators = " :") {
  llvm::SmallVector<llvm::StringRef, 4> parts;
  llvm::SplitString(list, parts, separators);
  for (llvm::StringRef part : parts) names.push_back(part.str());
}

/// In the order of glibc's loader.
std::vector<std::string> preloads_of(const std::string &folder, bool by_loader) {
  std::vector<std::string> names;
  std::string environment, words, file;
  read_all(folder + "/environ", environment);
  for (llvm::StringRef variable : split_by_nul(environment))
    if (variable.consume_front("LD_PRELOAD=")) add_list(names, variable);
  if (by_loader && read_all(folder + "/cmdline", words))
    llvm::move(preloads_of_loader(split_by_nul(words)), std::back_inserter(names));
  read_all(resolve_in_root(folder + "/root", "/etc/ld.so.preload"), file);
  add_list(names, file, ": \t\n");
  return names;
}

bool is_called(const Module &module, llvm::StringRef name) {
  return file_name(module.path) == file_name(name) || (!module.facts->soname.empty() && module.facts->soname == name);
}

/// The module that `name` asks for. A path leads to its file, whatever that is called; a name without a folder is
/// looked for where the libraries are that were found.
size_t find_asked(const std::vector<Module> &mapped, const std::string &name,
                  llvm::function_ref<const Facts *(const std::string &)> file_at) {
  bool is_path = llvm::StringRef(name).contains('/');
  if (const Facts *file = is_path ? file_at(name) : nullptr)
    for (size_t i = 0; i != mapped.size(); ++i)
      if (mapped[i].facts == file) return i;
  for (size_t i = 0; i != mapped.size(); ++i)
    if (is_called(mapped[i], name)) return i;
  for (size_t i = 0; i != mapped.size() && !is_path; ++i) {
    llvm::StringRef path = mapped[i].path;
    if (file_at((path.drop_back(file_name(path).size()) + name).str()) == mapped[i].facts) return i;
  }
  return mapped.size();
}

/// How well the file at `place` fits the mapping: 0, not at all; 2, it is the file.
int fit(const std::string &place, const Mapping &mapping) {
  struct stat status;
  if (stat(place.c_str(), &status) != 0) return 0;
  if (status.st_ino == mapping.inode) return status.st_dev == mapping.device ? 2 : 1;  // btrfs shows another device
  // Older kernels show a file below an overlay by the numbers that it has there.
  struct statfs system;
  return statfs(place.c_str(), &system) == 0 && system.f_type == OVERLAYFS_SUPER_MAGIC ? 1 : 0;
}

/// Where the file of a mapping can be read; empty if nowhere. The path is corrected if the file is called "x
/// (deleted)".
std::string place_of(const std::string &folder, Mapping &mapping) {
  // Only the mapping itself is sure, and only root may follow it.
  std::string sure = folder + "/map_files/" + mapping.range, best;
  struct stat status;
  int best_fit = 0;
  auto ask = [&](const std::string &place) {
    if (int fits = fit(place, mapping); fits > best_fit) best = place, best_fit = fits;
  };
  if (mapping.is_deleted) {
    std::string whole = mapping.path + deleted.str();
    ask(folder + "/root" + whole);
    ask(whole);
    if (best_fit == 2) mapping.path = whole, mapping.is_deleted = false;
  } else {
    ask(folder + "/root" + mapping.path);
    ask(mapping.path);
  }
  if (stat(sure.c_str(), &status) == 0) return sure;
  return mapping.is_deleted ? "" : best;
}

/// Code that a program has made for itself, without a file, or what a driver maps.
bool has_no_file(llvm::StringRef path) {
  return llvm::any_of(llvm::ArrayRef<llvm::StringRef>{"/memfd:", "/dev/", "/SYSV", "/[", "/anon_hugepage", "/i915"},
                      [&](llvm::StringRef beginning) { return path.starts_with(beginning); });
}

/// All that is mapped and was read; what could not be read is told.
std::vector<Module> read_mapped(const std::string &folder, llvm::StringRef maps, Store &store, ProcessReport &report) {
  std::string executable = target_of_link(folder + "/exe");
  std::vector<Module> mapped;
  for (Mapping &mapping : parse_maps(maps)) {
    if (mapping.path + (mapping.is_deleted ? deleted.str() : "") == executable) continue;
    std::string place = place_of(folder, mapping);
    const Facts *library = place.empty() ? nullptr : store.read(place);
    if (library && library->state == Facts::State::sound) {
      mapped.push_back({"", mapping.path, library});
    } else if (library ? library->state != Facts::State::not_elf : !has_no_file(mapping.path)) {
      std::string problem = library              ? library->problem
                            : mapping.is_deleted ? "it was deleted or replaced, and only root can read what is mapped"
                                                 : "it is mapped, and there is no such file here";
      report.unreadable.push_back({"process " + std::to_string(report.pid) + ": " + mapping.path, problem});
    }
  }
  return mapped;
}

/// The program that a loader was told to run: the first mapped file that is one.
Module take_program(std::vector<Module> &mapped, Module loader) {
  auto program = llvm::find_if(mapped, [](const Module &module) { return module.facts->kind == Kind::executable; });
  if (program == mapped.end()) return loader;
  Module found = std::move(*program);
  *program = std::move(loader);  // it is loaded, too
  return found;
}

/// The device and the inode in a line of maps: "r-xp 00001000 fe:00 1234  "
void read_numbers(llvm::StringRef columns, Mapping &mapping) {
  llvm::SmallVector<llvm::StringRef, 8> parts;
  llvm::SplitString(columns, parts, " ");
  unsigned major_number, minor_number;
  if (parts.size() < 4) return;
  auto [first, second] = parts[2].split(':');
  if (!first.getAsInteger(16, major_number) && !second.getAsInteger(16, minor_number))
    mapping.device = makedev(major_number, minor_number);
  parts[3].getAsInteger(10, mapping.inode);
}

}  // namespace

std::vector<std::string> preloads_of_loader(llvm::ArrayRef<llvm::StringRef> words) {
  constexpr llvm::StringLiteral with_value[] = {"--library-path", "--inhibit-rpath",        "--audit",
                                                "--argv0",        "--glibc-hwcaps-prepend", "--glibc-hwcaps-mask"};
  std::vector<std::string> names;
  for (size_t at = 1; at < words.size() && words[at].starts_with("--") && words[at] != "--"; ++at) {
    llvm::StringRef word = words[at];
    if (word.consume_front("--preload="))
      add_list(names, word);  // musl's
    else if (word == "--preload" && at + 1 < words.size())
      add_list(names, words[++at]);
    else if (llvm::is_contained(with_value, word))
      ++at;
  }
  return names;
}

std::vector<Mapping> parse_maps(llvm::StringRef text) {
  std::vector<Mapping> mappings;
  std::set<std::pair<std::string, std::uint64_t>> seen;
  while (!text.empty()) {
    llvm::StringRef line;
    std::tie(line, text) = text.split('\n');
    // 7f0-7f8 r-xp 00028000 fe:00 1234    /usr/lib/libc.so.6
    auto [range, rest] = line.split(' ');
    llvm::StringRef permissions = rest.take_front(4);
    size_t slash = rest.find('/');
    if (permissions.size() < 4 || permissions[2] != 'x' || slash == llvm::StringRef::npos) continue;
    Mapping mapping;
    mapping.range = range;
    llvm::StringRef path = rest.drop_front(slash);
    mapping.is_deleted = path.consume_back(deleted);
    llvm::SmallVector<llvm::StringRef, 2> lines;  // the only character that is written in another way
    path.split(lines, "\\012");
    mapping.path = llvm::join(lines, "\n");
    read_numbers(rest.take_front(slash), mapping);
    if (seen.insert({mapping.path, mapping.inode}).second) mappings.push_back(std::move(mapping));
  }
  return mappings;
}

std::vector<Module> order_modules(Module executable, std::vector<Module> mapped, llvm::ArrayRef<std::string> preloads,
                                  llvm::function_ref<const Facts *(const std::string &)> file_at) {
  std::vector<Module> ordered{std::move(executable)};
  std::vector<bool> taken(mapped.size());
  auto take = [&](const std::string &name, int parent, bool is_preload) {
    size_t i = find_asked(mapped, name, file_at);
    if (i == mapped.size() || taken[i]) return;
    taken[i] = true;
    Module module = mapped[i];
    module.name = file_name(name).str();
    module.parent = parent;
    module.is_preload = is_preload;
    ordered.push_back(std::move(module));
  };
  for (const std::string &name : preloads) take(name, 0, true);
  for (size_t at = 0; at != ordered.size(); ++at)
    for (const std::string &name : ordered[at].facts->needed) take(name, static_cast<int>(at), false);
  for (size_t i = 0; i != mapped.size(); ++i) {
    if (taken[i]) continue;
    mapped[i].name = file_name(mapped[i].path).str();
    mapped[i].is_late = true;
    ordered.push_back(std::move(mapped[i]));
  }
  return ordered;
}

llvm::Expected<ProcessReport> read_process(unsigned long pid, Store &store) {
  std::string number = std::to_string(pid), folder = "/proc/" + number, maps;
  if (!read_all(folder + "/maps", maps)) {
    if (errno == EACCES || errno == EPERM)
      return make_error("process " + number, "it is another user's, or protected",
                        "run the audit as that user or as root");
    if (errno == ENOENT || errno == ESRCH)
      return make_error("process " + number, "there is none", "write ./" + number + " for a file of that name");
    return make_error("process " + number, std::strerror(errno), "it is not in the audit");
  }
  ProcessReport report;
  report.pid = pid;
  report.path = path_of_executable(folder);
  const Facts *facts = report.path.empty() ? nullptr : store.read(folder + "/exe");
  if (!facts || facts->state != Facts::State::sound)
    return make_error("process " + number, "it has no executable that can be read", "a thread of the kernel has none");

  std::vector<Module> mapped = read_mapped(folder, maps, store, report);
  Module executable{"", report.path, facts};
  bool by_loader = facts->kind == Kind::shared_library;  // ld.so ./program
  if (by_loader) executable = take_program(mapped, std::move(executable));
  executable.name = file_name(executable.path).str();
  report.path = executable.path;
  report.target = executable.facts->target;
  llvm::erase_if(mapped, [](const Module &module) { return module.facts->kind != Kind::shared_library; });

  // Links lead where they lead in the process's root; a current folder outside of it is one of ours.
  std::string root = target_of_link(folder + "/root"), current = target_of_link(folder + "/cwd");
  llvm::StringRef inside = current;
  bool is_inside = root == "/" || (inside.consume_front(root) && (inside.empty() || inside.starts_with("/")));
  auto file_at = [&](const std::string &path) {
    bool is_absolute = path.starts_with('/');
    if (!is_absolute && !is_inside) return store.read(folder + "/cwd/" + path);
    return store.read(resolve_in_root(folder + "/root", is_absolute ? path : inside.str() + "/" + path));
  };
  report.modules = order_modules(std::move(executable), std::move(mapped), preloads_of(folder, by_loader), file_at);
  report.verdict = judge_executable(report.modules);
  return report;
}

}  // namespace cxx_alloc::audit
