// SPDX-License-Identifier: Apache-2.0
// /proc tells which files are mapped as code, and what LD_PRELOAD was. The order in which the loader took them is not
// there: it follows from what each needs. Files are opened in the process's own root, for it may be in a container.
#include "audit/process.h"

#include "descriptor.h"

#include "message.h"
#include "paths.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <set>
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

/// What `link` points to, without the " (deleted)" of a file that is gone.
std::string target_of_link(const std::string &link, bool &is_deleted) {
  std::string target(4096, '\0');
  ssize_t size = readlink(link.c_str(), target.data(), target.size());
  target.resize(std::max<ssize_t>(size, 0));
  llvm::StringRef text = target;
  is_deleted = text.consume_back(" (deleted)");
  return text.str();
}

std::vector<std::string> preloads_of(const std::string &folder) {
  std::vector<std::string> names;
  std::string environment, file;
  auto add = [&](llvm::StringRef list) {
    llvm::SmallVector<llvm::StringRef, 4> parts;
    llvm::SplitString(list, parts, ": \t\n");
    for (llvm::StringRef part : parts) names.push_back(part.str());
  };
  read_all(folder + "/environ", environment);
  llvm::SmallVector<llvm::StringRef, 64> variables;
  llvm::StringRef(environment).split(variables, '\0');
  for (llvm::StringRef variable : variables)
    if (variable.consume_front("LD_PRELOAD=")) add(variable);
  read_all(folder + "/root/etc/ld.so.preload", file);
  add(file);
  return names;
}

bool is_called(const Module &module, llvm::StringRef name) {
  return file_name(module.path) == file_name(name) || (!module.facts->soname.empty() && module.facts->soname == name);
}

}  // namespace

std::vector<Mapping> parse_maps(llvm::StringRef text) {
  std::vector<Mapping> mappings;
  std::set<std::string> seen;
  while (!text.empty()) {
    llvm::StringRef line;
    std::tie(line, text) = text.split('\n');
    // 7f0-7f8 r-xp 00028000 fe:00 1234    /usr/lib/libc.so.6
    auto [range, rest] = line.split(' ');
    llvm::StringRef permissions = rest.take_front(4);
    size_t slash = rest.find('/');
    if (permissions.size() < 4 || permissions[2] != 'x' || slash == llvm::StringRef::npos) continue;
    llvm::StringRef path = rest.drop_front(slash);
    bool is_deleted = path.consume_back(" (deleted)");
    if (seen.insert(path.str()).second) mappings.push_back({path.str(), range.str(), is_deleted});
  }
  return mappings;
}

std::vector<Module> order_modules(Module executable, std::vector<Module> mapped, llvm::ArrayRef<std::string> preloads) {
  std::vector<Module> ordered{std::move(executable)};
  std::vector<bool> taken(mapped.size());
  auto take = [&](llvm::StringRef name, int parent, bool is_preload) {
    for (size_t i = 0; i != mapped.size(); ++i) {
      if (!is_called(mapped[i], name)) continue;
      if (taken[i]) return;
      taken[i] = true;
      Module module = mapped[i];
      module.name = file_name(name).str();
      module.parent = parent;
      module.is_preload = is_preload;
      ordered.push_back(std::move(module));
      return;
    }
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
  bool is_deleted;
  report.path = target_of_link(folder + "/exe", is_deleted);
  const Facts *facts = report.path.empty() ? nullptr : store.read(folder + "/exe");
  if (!facts || facts->state != Facts::State::sound)
    return make_error("process " + number, "it has no executable that can be read", "a thread of the kernel has none");
  report.target = facts->target;

  Module executable{file_name(report.path).str(), report.path, facts};
  std::vector<Module> mapped;
  for (const Mapping &mapping : parse_maps(maps)) {
    if (mapping.path == report.path) continue;
    // What was replaced on the disk meanwhile is not what runs; its mapping still leads to it, for root.
    std::string place = mapping.is_deleted ? folder + "/map_files/" + mapping.range : folder + "/root" + mapping.path;
    const Facts *library = store.read(place);
    if (library && library->state == Facts::State::sound && library->kind == Kind::shared_library)
      mapped.push_back({"", mapping.path, library});
  }
  report.modules = order_modules(std::move(executable), std::move(mapped), preloads_of(folder));
  report.verdict = judge_executable(report.modules);
  return report;
}

}  // namespace cxx_alloc::audit
