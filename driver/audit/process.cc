// SPDX-License-Identifier: Apache-2.0
// /proc tells which files are mapped as code, and the process's memory in which order its loader took them. Who may not
// read the memory goes by what each file needs, and by what LD_PRELOAD was when the process began. Which file a mapping
// is of, its device and inode tell: its path is one in the process's root, or in ours if the process is in a chroot,
// and another file may have the name by now.
#include "audit/process.h"

#include "audit/link_map.h"
#include "audit/mappings.h"
#include "audit/order.h"
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
#include <optional>
#include <sys/stat.h>
#include <sys/statfs.h>
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
std::vector<std::string> preloads_of(const std::string &folder, llvm::StringRef environment, bool by_loader) {
  std::vector<std::string> names;
  std::string words, file;
  for (llvm::StringRef variable : split_by_nul(environment))
    if (variable.consume_front("LD_PRELOAD=")) add_list(names, variable);
  if (by_loader && read_all(folder + "/cmdline", words))
    llvm::move(preloads_of_loader(split_by_nul(words)), std::back_inserter(names));
  read_all(resolve_in_root(folder + "/root", "/etc/ld.so.preload"), file);
  add_list(names, file, ": \t\n");
  return names;
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

struct Mapped {
  Module module;
  Mapping mapping;  ///< as the kernel has it
};

/// All that is mapped and was read, but the executable; what could not be read is told.
std::vector<Mapped> read_mapped(const std::string &folder, llvm::ArrayRef<Mapping> code, const Mapping &executable,
                                Store &store, ProcessReport &report) {
  std::vector<Mapped> mapped;
  for (const Mapping &as_written : code) {
    if (as_written.is_of_same_file(executable)) continue;
    Mapping mapping = as_written;
    std::string place = place_of(folder, mapping);
    const Facts *library = place.empty() ? nullptr : store.read(place);
    if (library && library->state == Facts::State::sound) {
      mapped.push_back({{"", mapping.path, library}, as_written});
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
Mapped take_program(std::vector<Mapped> &mapped, Mapped loader) {
  auto program = llvm::find_if(mapped, [](const Mapped &each) { return each.module.facts->kind == Kind::executable; });
  if (program == mapped.end()) return loader;
  Mapped found = std::move(*program);
  *program = std::move(loader);  // it is loaded, too
  return found;
}

/// The addresses that the loader of the process has in its list, or none.
std::vector<std::uint64_t> read_list(const std::string &folder, llvm::ArrayRef<Mapping> mappings,
                                     const Mapping &executable) {
  const Mapping *first = nullptr;
  for (const Mapping &mapping : mappings)
    if (mapping.offset == 0 && mapping.begin <= executable.begin && mapping.is_of_same_file(executable))
      first = &mapping;
  Descriptor memory(open((folder + "/mem").c_str(), O_RDONLY | O_CLOEXEC));
  if (!first || !memory) return {};
  auto read = [&](std::uint64_t address, llvm::MutableArrayRef<char> bytes) {
    return pread(memory.get(), bytes.data(), bytes.size(), static_cast<off_t>(address)) ==
           static_cast<ssize_t>(bytes.size());
  };
  for (int turn = 0; turn != 5; ++turn) {
    std::vector<std::uint64_t> list = read_link_map(first->begin, read);
    if (!list.empty()) return list;
    usleep(5000);  // the loader may be at work
  }
  return {};
}

/// Takes those that are in the list, in its order.
std::vector<Module> take_listed(std::vector<Mapped> &mapped, llvm::ArrayRef<std::uint64_t> list,
                                llvm::ArrayRef<Mapping> mappings) {
  std::vector<Module> listed;
  for (std::uint64_t address : list) {
    auto around = llvm::find_if(
        mappings, [&](const Mapping &mapping) { return address >= mapping.begin && address < mapping.end; });
    if (around == mappings.end()) continue;
    auto found = llvm::find_if(mapped, [&](const Mapped &each) { return each.mapping.is_of_same_file(*around); });
    if (found == mapped.end()) continue;
    listed.push_back(std::move(found->module));
    mapped.erase(found);
  }
  return listed;
}

/// A daemon that shows a title has it where its environment was.
bool is_whole(llvm::StringRef environment) {
  environment.consume_back(llvm::StringRef("\0", 1));
  return environment.empty() ||
         llvm::all_of(split_by_nul(environment), [](llvm::StringRef variable) { return variable.contains('='); });
}

/// A process that has ended, and whose parent has not asked how.
bool is_zombie(const std::string &folder) {
  std::string text;
  read_all(folder + "/stat", text);
  return llvm::StringRef(text).rsplit(')').second.starts_with(" Z");  // 1234 (name) Z
}

std::vector<Module> modules_of(std::vector<Mapped> mapped) {
  std::vector<Module> modules;
  modules.reserve(mapped.size());
  for (Mapped &each : mapped) modules.push_back(std::move(each.module));
  return modules;
}

/// Fills in the modules of the report. An error says that their order cannot be known.
llvm::Error order(ProcessReport &report, const std::string &folder, bool by_loader, Mapped executable,
                  std::vector<Mapped> mapped, llvm::ArrayRef<Mapping> mappings,
                  llvm::function_ref<const Facts *(const std::string &)> file_at) {
  if (executable.module.facts->is_dynamic) {
    std::vector<std::uint64_t> list = read_list(folder, mappings, executable.mapping);
    std::vector<Mapped> others = mapped;
    std::vector<Module> listed = take_listed(others, list, mappings);
    if (auto ordered = order_listed(executable.module, std::move(listed), modules_of(std::move(others)), file_at);
        ordered && !list.empty()) {
      report.modules = std::move(*ordered);
      return llvm::Error::success();
    }
  }
  std::string environment;
  read_all(folder + "/environ", environment);
  report.modules = order_modules(std::move(executable.module), modules_of(std::move(mapped)),
                                 preloads_of(folder, environment, by_loader), file_at);
  if (is_whole(environment)) return llvm::Error::success();
  for (const Module &module : report.modules)
    if (module.is_late && module.facts->exports.has(Name::malloc))
      return make_error("process " + std::to_string(report.pid),
                        "it has written over its environment, so whether " + file_name(module.path).str() +
                            " was preloaded or loaded later is not known",
                        "run the audit as root, who can read the process's memory");
  return llvm::Error::success();
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
  if (!facts && is_zombie(folder))
    return make_error("process " + number, "it has ended", "its parent has not yet asked how");
  if (!facts || facts->state != Facts::State::sound)
    return make_error("process " + number, "it has no executable that can be read", "a thread of the kernel has none");

  std::vector<Mapping> mappings = parse_maps(maps), code = code_of(mappings);
  Mapped executable{{"", report.path, facts}, {}};
  std::string named = target_of_link(folder + "/exe");
  auto own = llvm::find_if(mappings, [&](const Mapping &mapping) {
    return mapping.path + (mapping.is_deleted ? deleted.str() : "") == named;
  });
  if (own != mappings.end()) executable.mapping = *own;
  std::vector<Mapped> mapped = read_mapped(folder, code, executable.mapping, store, report);
  bool by_loader = facts->kind == Kind::shared_library;  // ld.so ./program
  if (by_loader) executable = take_program(mapped, std::move(executable));
  executable.module.name = file_name(executable.module.path).str();
  report.path = executable.module.path;
  report.target = executable.module.facts->target;
  llvm::erase_if(mapped, [](const Mapped &each) { return each.module.facts->kind != Kind::shared_library; });

  // Links lead where they lead in the process's root; a current folder outside of it is one of ours.
  std::string root = target_of_link(folder + "/root"), current = target_of_link(folder + "/cwd");
  llvm::StringRef inside = current;
  bool is_inside = root == "/" || (inside.consume_front(root) && (inside.empty() || inside.starts_with("/")));
  auto file_at = [&](const std::string &path) {
    bool is_absolute = path.starts_with('/');
    if (!is_absolute && !is_inside) return store.read(folder + "/cwd/" + path);
    return store.read(resolve_in_root(folder + "/root", is_absolute ? path : inside.str() + "/" + path));
  };
  if (auto error = order(report, folder, by_loader, std::move(executable), std::move(mapped), mappings, file_at))
    return error;
  report.verdict = judge_process(report.modules);
  return report;
}

}  // namespace cxx_alloc::audit
