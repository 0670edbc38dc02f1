// SPDX-License-Identifier: Apache-2.0
// Links are followed by hand, step by step: openat2 with RESOLVE_IN_ROOT does it in one call, and needs Linux 5.6 and a
// seccomp filter that lets it through. Trees are looked at for a program, not for each file, so it costs little.
#include "audit/root.h"

#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringExtras.h>

#include <cerrno>
#include <climits>
#include <unistd.h>
#include <vector>

namespace cxx_alloc::audit {

std::string resolve_in_root(const std::string &root, llvm::StringRef path) {
  constexpr int most_links = 40;  // Linux: MAXSYMLINKS
  std::vector<std::string> rest;  // what is still to be walked, the next one last
  auto push = [&](llvm::StringRef more) {
    llvm::SmallVector<llvm::StringRef, 8> parts;
    llvm::SplitString(more, parts, "/");
    for (llvm::StringRef part : llvm::reverse(parts)) rest.push_back(part.str());
  };
  push(path);
  std::string real;  // below the root
  for (int links = 0; !rest.empty();) {
    std::string name = std::move(rest.back());
    rest.pop_back();
    if (name == ".") continue;
    if (name == "..") {
      if (!real.empty()) real.resize(real.rfind('/'));
      continue;
    }
    std::string at = real + "/" + name;
    char target[PATH_MAX];
    ssize_t size = readlink((root + at).c_str(), target, sizeof target);
    if (size < 0 && errno != EINVAL) return "";
    if (size < 0) {  // no link
      real = std::move(at);
      continue;
    }
    if (++links > most_links) return "";
    if (size != 0 && target[0] == '/') real.clear();
    push({target, static_cast<size_t>(size)});
  }
  return real.empty() && root.empty() ? "/" : root + real;
}

std::string root_of_program(llvm::StringRef folder, llvm::StringRef interpreter) {
  std::string root, loader;
  for (llvm::StringRef at = folder;; at = at.take_front(at.rfind('/'))) {
    std::string tree = at == "/" ? "" : at.str(), found = resolve_in_root(tree, interpreter);
    // A folder that has the very loader of one above it is a part of that one, as /usr is where /lib64 leads to
    // /usr/lib64. Where links were copied as files, /usr is that still.
    bool is_part = !loader.empty() && (found == loader || root == tree + "/usr");
    if (!found.empty() && (loader.empty() || is_part)) root = tree, loader = found;
    if (tree.empty()) return root;
  }
}

}  // namespace cxx_alloc::audit
