// SPDX-License-Identifier: Apache-2.0
// The search of ld.so(8): RPATH of the object and of those that loaded it, LD_LIBRARY_PATH, RUNPATH, ld.so.cache, the
// default folders; files for another machine are passed over. A tree that holds its own loader is a root of its own: an
// unpacked image, a sysroot.
#include "audit/loader.h"

#include "audit/target.h"
#include "paths.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/BinaryFormat/ELF.h>
#include <llvm/Support/MemoryBuffer.h>

#include <climits>
#include <sys/stat.h>

namespace cxx_alloc::audit {

namespace {

constexpr size_t most_modules = 2048, most_folders = 256;

bool exists(const std::string &path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0;
}

bool fits(const Facts *facts, const Facts &who) {
  return facts && facts->state == Facts::State::sound && facts->kind == Kind::shared_library &&
         facts->machine == who.machine && facts->is_wide == who.is_wide && facts->is_little == who.is_little;
}

std::string folder_of(llvm::StringRef path) {
  size_t slash = path.rfind('/');
  return slash == llvm::StringRef::npos ? "." : slash == 0 ? "/" : path.take_front(slash).str();
}

llvm::StringRef cpu_of(const std::string &multiarch) { return llvm::StringRef(multiarch).split('-').first; }

void replace_all(std::string &text, llvm::StringRef what, llvm::StringRef with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with.str());
}

}  // namespace

bool is_in_musl(llvm::StringRef name) {
  if (!name.consume_front("lib")) return name.starts_with("ld-musl-");
  return llvm::is_contained({"c", "m", "pthread", "rt", "dl", "util", "xnet"}, name.take_front(name.find('.')));
}

Loader::Root &Loader::root_of(const std::string &path, const Facts &facts) {
  std::string folder = folder_of(path), key = folder + "\n" + facts.interpreter;
  std::lock_guard lock(mutex_);
  if (auto known = root_of_folder_.find(key); known != root_of_folder_.end()) return *known->second;
  std::string root;
  if (llvm::StringRef(facts.interpreter).starts_with("/") && folder.front() == '/') {
    for (llvm::StringRef at = folder; at.size() > 1; at = at.take_front(std::max<size_t>(1, at.rfind('/'))))
      // A link to "/" or to its folders is not another root.
      if (exists(at.str() + facts.interpreter) && exists(at.str() + "/etc")) root = at.str();
  }
  std::unique_ptr<Root> &place = roots_[root];
  if (!place) {
    place = std::make_unique<Root>();
    place->path = root;
    place->cache = LoaderCache::read(root + "/etc/ld.so.cache");
  }
  root_of_folder_[key] = place.get();
  return *place;
}

/// The folders of better-equipped processors come first: glibc-hwcaps, since glibc 2.33.
const std::vector<std::string> &Loader::with_variants(const std::string &folder, const Facts &who) {
  std::lock_guard lock(mutex_);
  std::vector<std::string> &variants = variants_[folder + (who.machine == llvm::ELF::EM_X86_64 ? "" : "\n")];
  if (!variants.empty()) return variants;
#ifdef __x86_64__
  if (who.machine == llvm::ELF::EM_X86_64 && exists(folder + "/glibc-hwcaps")) {
    if (__builtin_cpu_supports("x86-64-v4")) variants.push_back(folder + "/glibc-hwcaps/x86-64-v4");
    if (__builtin_cpu_supports("x86-64-v3")) variants.push_back(folder + "/glibc-hwcaps/x86-64-v3");
    if (__builtin_cpu_supports("x86-64-v2")) variants.push_back(folder + "/glibc-hwcaps/x86-64-v2");
  }
#endif
  variants.push_back(folder);
  return variants;
}

Loader::Found Loader::find_in(llvm::ArrayRef<std::string> folders, const std::string &name, const Facts &who) {
  if (name.size() > NAME_MAX) return {};
  for (const std::string &folder : folders)
    for (const std::string &variant : with_variants(folder, who)) {
      std::string path = variant + "/" + name;
      if (const Facts *facts = store_.read(path); fits(facts, who)) return {path, facts};
    }
  return {};
}

/// Adds the folders of a colon-separated list, with the loader's variables put in.
void Loader::add_search_path(std::vector<std::string> &folders, llvm::StringRef list, const Module &of) {
  if (list.empty()) return;
  llvm::SmallVector<llvm::StringRef, 4> parts;
  list.split(parts, ':');
  std::string multiarch = multiarch_of(*of.facts);
  for (llvm::StringRef part : parts) {
    if (folders.size() >= most_folders) return;
    std::string folder = part.empty() ? "." : part.str();
    for (const char *origin : {"${ORIGIN}", "$ORIGIN"}) replace_all(folder, origin, folder_of(of.path));
    for (const char *platform : {"${PLATFORM}", "$PLATFORM"}) replace_all(folder, platform, cpu_of(multiarch));
    if (llvm::StringRef(folder).contains("$LIB") || llvm::StringRef(folder).contains("${LIB}")) {
      // What it means is compiled into the loader: lib/x86_64-linux-gnu in Debian, lib64 or lib elsewhere.
      for (const std::string &lib :
           {"lib/" + multiarch, std::string(of.facts->is_wide ? "lib64" : "lib32"), std::string("lib")}) {
        std::string one = folder;
        replace_all(one, "${LIB}", lib);
        replace_all(one, "$LIB", lib);
        folders.push_back(one);
      }
    } else {
      folders.push_back(std::move(folder));
    }
  }
}

Loader::Found Loader::find_by_default(const std::string &name, const Facts &who, const Facts &main, Root &root) {
  std::string multiarch = multiarch_of(who);
  bool is_musl = llvm::StringRef(main.interpreter).contains("musl");
  std::vector<std::string> folders;
  auto add = [&](const std::string &folder) { folders.push_back(root.path + folder); };
  if (is_musl) {
    std::string list = root.path + "/etc/ld-musl-" + cpu_of(multiarch).str() + ".path";
    if (auto text = llvm::MemoryBuffer::getFile(list)) {
      llvm::SmallVector<llvm::StringRef, 4> lines;
      llvm::SplitString((*text)->getBuffer(), lines, ":\n");
      for (llvm::StringRef line : lines) add(line.str());
    } else {
      for (const char *folder : {"/lib", "/usr/local/lib", "/usr/lib"}) add(folder);
    }
    return find_in(folders, name, who);
  }
  for (const std::string &path : root.cache.find(name))
    if (const Facts *facts = store_.read(root.path + path); fits(facts, who)) return {root.path + path, facts};
  for (const char *prefix : {"/lib/", "/usr/lib/"}) add(prefix + multiarch);
  bool is_x32 = who.machine == llvm::ELF::EM_X86_64 && !who.is_wide;
  for (const char *suffix : {"", is_x32 ? "x32" : who.is_wide ? "64" : "32"})
    for (const char *prefix : {"/lib", "/usr/lib"}) add(std::string(prefix) + suffix);
  // A cross compiler's libraries, as Debian installs them: what `qemu-user -L` is told.
  if (root.path.empty()) add("/usr/" + multiarch + "/lib");
  if (root.path.empty() && who.machine == llvm::ELF::EM_386) add("/usr/i686-linux-gnu/lib");
  return find_in(folders, name, who);
}

Loader::Found Loader::find(const std::string &name, const std::vector<Module> &modules, int parent, Root &root) {
  const Module &who = modules[parent];
  const Facts &main = *modules[0].facts;
  bool is_musl = llvm::StringRef(main.interpreter).contains("musl");
  if (is_musl && is_in_musl(name)) {
    std::string path = root.path + main.interpreter;
    const Facts *facts = store_.read(path);
    return fits(facts, main) ? Found{path, facts, true} : Found{};
  }
  if (llvm::StringRef(name).contains('/')) {
    std::vector<std::string> expanded;
    add_search_path(expanded, name, who);
    for (const std::string &path : expanded)
      for (const std::string &place : {root.path + path, path})
        if (const Facts *facts = store_.read(place); fits(facts, *who.facts)) return {place, facts};
    return {};
  }
  std::vector<std::string> folders;
  if (who.facts->runpath.empty() || is_musl)
    for (int at = parent; at >= 0; at = modules[at].parent)
      if (modules[at].facts && (modules[at].facts->runpath.empty() || is_musl))
        add_search_path(folders,
                        modules[at].facts->rpath.empty() ? modules[at].facts->runpath : modules[at].facts->rpath,
                        modules[at]);
  add_search_path(folders, library_path_, who);
  if (!is_musl) add_search_path(folders, who.facts->runpath, who);
  if (!folders.empty()) {
    if (!root.path.empty()) {  // absolute folders mean those of the root, $ORIGIN is in it already
      for (std::string &folder : folders)
        if (!llvm::StringRef(folder).starts_with(root.path)) folder = root.path + folder;
    }
    if (Found found = find_in(folders, name, *who.facts); found.facts) return found;
  }
  if (who.facts->skips_defaults) return {};
  std::string key = name + "\n" + std::to_string(who.facts->machine) + (who.facts->is_wide ? "w" : "n") +
                    (is_musl ? main.interpreter : "");
  {
    std::lock_guard lock(root.mutex);
    if (auto known = root.found.find(key); known != root.found.end()) return known->second;
  }
  Found found = find_by_default(name, *who.facts, main, root);
  found.is_of_system = true;
  std::lock_guard lock(root.mutex);
  return root.found.try_emplace(key, found).first->second;
}

std::vector<Module> Loader::load(const std::string &path, const Facts &facts) {
  std::vector<Module> modules{{std::string(file_name(path)), path, &facts}};
  Root &root = root_of(path, facts);
  for (size_t at = 0; at != modules.size() && modules.size() < most_modules; ++at) {
    if (!modules[at].facts) continue;
    for (const std::string &name : modules[at].facts->needed) {
      auto is_it = [&](const Module &other) {
        return other.name == name || (other.facts && other.facts->soname == name && &other != &modules[0]);
      };
      if (llvm::any_of(modules, is_it)) continue;
      Found found = find(name, modules, static_cast<int>(at), root);
      if (found.facts && llvm::any_of(modules, [&](const Module &other) { return other.facts == found.facts; }))
        continue;
      Module module{name, found.path, found.facts, static_cast<int>(at)};
      module.is_of_system = found.is_of_system;
      modules.push_back(std::move(module));
    }
  }
  return modules;
}

}  // namespace cxx_alloc::audit
