// SPDX-License-Identifier: Apache-2.0
// The search of ld.so(8): RPATH of the object and of those that loaded it, LD_LIBRARY_PATH, RUNPATH, ld.so.cache, the
// default folders; files for another machine are passed over. Folders are those of the program's root, which may be an
// unpacked image or a sysroot: only what is read, and what is told, has the root's path in front.
#include "audit/loader.h"

#include "audit/root.h"
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

/// An empty list has no parts; between two separators there is one.
std::vector<llvm::StringRef> split_list(llvm::StringRef list, llvm::StringRef separators) {
  std::vector<llvm::StringRef> parts;
  if (list.empty()) return parts;
  for (size_t end = 0; end != llvm::StringRef::npos; list = list.substr(end + 1))
    parts.push_back(list.take_front(end = list.find_first_of(separators)));
  return parts;
}

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
  if (llvm::StringRef(facts.interpreter).starts_with("/") && folder.front() == '/')
    root = root_of_program(folder, facts.interpreter);
  std::unique_ptr<Root> &place = roots_[root];
  if (!place) {
    place = std::make_unique<Root>();
    place->path = root;
    place->cache = LoaderCache::read(resolve_in_root(root, "/etc/ld.so.cache"));
  }
  root_of_folder_[key] = place.get();
  return *place;
}

const Facts *Loader::read(const Root &root, const std::string &path) {
  return store_.read(root.path.empty() ? path : resolve_in_root(root.path, path));
}

/// The folders of better-equipped processors come first: glibc-hwcaps, since glibc 2.33.
const std::vector<std::string> &Loader::with_variants(const std::string &folder, const Facts &who, const Root &root) {
  std::lock_guard lock(mutex_);
  std::vector<std::string> &variants =
      variants_[root.path + "\n" + folder + (who.machine == llvm::ELF::EM_X86_64 ? "" : "\n")];
  if (!variants.empty()) return variants;
#ifdef __x86_64__
  std::string hwcaps = folder + "/glibc-hwcaps";
  if (who.machine == llvm::ELF::EM_X86_64 && exists(root.path.empty() ? hwcaps : resolve_in_root(root.path, hwcaps))) {
    if (__builtin_cpu_supports("x86-64-v4")) variants.push_back(hwcaps + "/x86-64-v4");
    if (__builtin_cpu_supports("x86-64-v3")) variants.push_back(hwcaps + "/x86-64-v3");
    if (__builtin_cpu_supports("x86-64-v2")) variants.push_back(hwcaps + "/x86-64-v2");
  }
#endif
  variants.push_back(folder);
  return variants;
}

Loader::Found Loader::find_at(const std::string &path, const Facts &who, const Root &root) {
  const Facts *facts = read(root, path);
  if (!fits(facts, who)) return {};
  // A root has no current folder: what is relative begins at its top.
  return {root.path.empty() || path.front() == '/' ? root.path + path : root.path + "/" + path, facts};
}

Loader::Found Loader::find_in(llvm::ArrayRef<std::string> folders, const std::string &name, const Facts &who,
                              const Root &root) {
  if (name.size() > NAME_MAX) return {};
  for (const std::string &folder : folders)
    for (const std::string &variant : with_variants(folder, who, root))
      if (Found found = find_at(variant + "/" + name, who, root); found.facts) return found;
  return {};
}

/// Adds the folders of a list, with the loader's variables put in.
void Loader::add_search_path(std::vector<std::string> &folders, llvm::ArrayRef<llvm::StringRef> parts, const Module &of,
                             const Root &root) {
  std::string multiarch = multiarch_of(*of.facts);
  for (llvm::StringRef part : parts) {
    if (folders.size() >= most_folders) return;
    std::string folder = part.empty() ? "." : part.str();
    for (const char *origin : {"${ORIGIN}", "$ORIGIN"})
      replace_all(folder, origin, folder_of(llvm::StringRef(of.path).drop_front(root.path.size())));
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

/// LD_LIBRARY_PATH. glibc's loader parts it at a semicolon, too, which it does not in a RUNPATH.
void Loader::add_library_path(std::vector<std::string> &folders, llvm::StringRef separators, const Module &of,
                              const Root &root) {
  std::vector<llvm::StringRef> parts = split_list(library_path_, separators);
  // Who is outside the root may have named a folder of it by its path here.
  for (llvm::StringRef &part : parts)
    if (llvm::StringRef inside = part; inside.consume_front(root.path) && inside.starts_with("/")) part = inside;
  add_search_path(folders, parts, of, root);
}

Loader::Found Loader::find_by_default(const std::string &name, const Facts &who, const Facts &main, Root &root) {
  std::string multiarch = multiarch_of(who);
  bool is_musl = llvm::StringRef(main.interpreter).contains("musl");
  std::vector<std::string> folders;
  auto add = [&](const std::string &folder) { folders.push_back(folder); };
  if (is_musl) {
    std::string list = "/etc/ld-musl-" + cpu_of(multiarch).str() + ".path";
    if (auto text = llvm::MemoryBuffer::getFile(resolve_in_root(root.path, list))) {
      llvm::SmallVector<llvm::StringRef, 4> lines;
      llvm::SplitString((*text)->getBuffer(), lines, ":\n");
      for (llvm::StringRef line : lines) add(line.str());
    } else {
      for (const char *folder : {"/lib", "/usr/local/lib", "/usr/lib"}) add(folder);
    }
    return find_in(folders, name, who, root);
  }
  for (const std::string &path : root.cache.find(name))
    if (Found found = find_at(path, who, root); found.facts) return found;
  for (const char *prefix : {"/lib/", "/usr/lib/"}) add(prefix + multiarch);
  bool is_x32 = who.machine == llvm::ELF::EM_X86_64 && !who.is_wide;
  for (const char *suffix : {"", is_x32 ? "x32" : who.is_wide ? "64" : "32"})
    for (const char *prefix : {"/lib", "/usr/lib"}) add(std::string(prefix) + suffix);
  // A cross compiler's libraries, as Debian installs them: what `qemu-user -L` is told.
  if (root.path.empty()) add("/usr/" + multiarch + "/lib");
  if (root.path.empty() && who.machine == llvm::ELF::EM_386) add("/usr/i686-linux-gnu/lib");
  return find_in(folders, name, who, root);
}

Loader::Found Loader::find(const std::string &name, const std::vector<Module> &modules, int parent, Root &root) {
  const Module &who = modules[parent];
  const Facts &main = *modules[0].facts;
  bool is_musl = llvm::StringRef(main.interpreter).contains("musl");
  if (is_musl && is_in_musl(name)) {
    Found found = find_at(main.interpreter, main, root);
    found.is_of_system = true;
    return found;
  }
  if (llvm::StringRef(name).contains('/')) {
    std::vector<std::string> expanded;
    add_search_path(expanded, llvm::StringRef(name), who, root);
    for (const std::string &path : expanded)
      if (Found found = find_at(path, *who.facts, root); found.facts) return found;
    return {};
  }
  std::vector<std::string> folders;
  auto add_list = [&](const std::string &list, const Module &of) {
    add_search_path(folders, split_list(list, ":"), of, root);
  };
  if (is_musl) add_library_path(folders, ":", who, root);
  if (who.facts->runpath.empty() || is_musl)
    for (int at = parent; at >= 0; at = modules[at].parent)
      if (modules[at].facts && (modules[at].facts->runpath.empty() || is_musl))
        add_list(modules[at].facts->rpath.empty() ? modules[at].facts->runpath : modules[at].facts->rpath, modules[at]);
  if (!is_musl) {
    add_library_path(folders, ":;", who, root);
    add_list(who.facts->runpath, who);
  }
  if (Found found = find_in(folders, name, *who.facts, root); found.facts) return found;
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
