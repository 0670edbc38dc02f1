// SPDX-License-Identifier: Apache-2.0
// The rules of the loader, backwards: what came before the libraries that the executable needs was preloaded, and what
// came behind all that anybody needs was loaded by dlopen.
#include "audit/order.h"

#include "paths.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/Twine.h>

namespace cxx_alloc::audit {
namespace {

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

void add_late(std::vector<Module> &ordered, Module module) {
  module.name = file_name(module.path).str();
  module.is_late = true;
  ordered.push_back(std::move(module));
}

}  // namespace

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
  for (size_t i = 0; i != mapped.size(); ++i)
    if (!taken[i]) add_late(ordered, std::move(mapped[i]));
  return ordered;
}

std::optional<std::vector<Module>> order_listed(Module executable, std::vector<Module> listed,
                                                std::vector<Module> others,
                                                llvm::function_ref<const Facts *(const std::string &)> file_at) {
  std::vector<bool> reached(listed.size());
  size_t end = 0;  // of what was loaded before the program ran
  auto reach = [&](const std::string &name, int parent) {
    size_t i = find_asked(listed, name, file_at);
    if (i == listed.size() || reached[i]) return false;
    reached[i] = true;
    end = std::max(end, i + 1);
    listed[i].name = file_name(name).str();
    listed[i].parent = parent;
    return true;
  };
  auto reach_from = [&](const Module &module, int number) {
    for (const std::string &name : module.facts->needed) reach(name, number);
  };
  reach_from(executable, 0);
  if (end == 0 && !(listed.empty() && others.empty())) return std::nullopt;
  // What others need follows them, so that one turn suffices.
  for (size_t i = 0; i != listed.size(); ++i) {
    if (!reached[i] && i >= end) continue;
    if (!reached[i]) {
      listed[i].name = file_name(listed[i].path).str();
      listed[i].parent = 0;
      listed[i].is_preload = true;
    }
    reach_from(listed[i], static_cast<int>(i + 1));
  }
  std::vector<Module> ordered{std::move(executable)};
  for (size_t i = 0; i != listed.size(); ++i) {
    if (reached[i] || listed[i].is_preload)
      ordered.push_back(std::move(listed[i]));
    else
      add_late(ordered, std::move(listed[i]));
  }
  for (Module &other : others) add_late(ordered, std::move(other));
  return ordered;
}

}  // namespace cxx_alloc::audit
