// SPDX-License-Identifier: Apache-2.0
// Which libraries would the loader load, and in which order would it look for a name in them? As glibc's does, and
// musl's.
#pragma once

#include "audit/loader_cache.h"
#include "audit/store.h"

#include <map>

namespace cxx_alloc::audit {

/// A file in a process, or one that would be.
struct Module {
  std::string name;  ///< as it was asked for
  std::string path;  ///< empty: not found
  const Facts *facts = nullptr;
  int parent = -1;       ///< who needs it, as an index
  bool is_late = false;  ///< loaded by dlopen
  bool is_preload = false;
  bool is_of_system = false;  ///< found where the libraries of all programs are
};

class Loader {
public:
  /// `library_path` is LD_LIBRARY_PATH, or empty.
  Loader(Store &store, std::string library_path) : store_(store), library_path_(std::move(library_path)) {}

  /// The executable and all that it needs, breadth first: the order in which names are looked up.
  std::vector<Module> load(const std::string &path, const Facts &facts);

private:
  struct Found {
    std::string path;
    const Facts *facts = nullptr;
    bool is_of_system = false;
  };
  /// A machine: this one, or a tree that holds another.
  struct Root {
    std::string path;  ///< empty: this machine
    LoaderCache cache;
    std::mutex mutex;
    llvm::StringMap<Found> found;  ///< without any RPATH or RUNPATH
  };
  Found find(const std::string &name, const std::vector<Module> &modules, int parent, Root &root);
  Found find_at(const std::string &path, const Facts &who, const Root &root);
  Found find_in(llvm::ArrayRef<std::string> folders, const std::string &name, const Facts &who, const Root &root);
  Found find_by_default(const std::string &name, const Facts &who, const Facts &main, Root &root);
  void add_search_path(std::vector<std::string> &folders, llvm::ArrayRef<llvm::StringRef> parts, const Module &of,
                       const Root &root);
  void add_library_path(std::vector<std::string> &folders, llvm::StringRef separators, const Module &of,
                        const Root &root);
  const std::vector<std::string> &with_variants(const std::string &folder, const Facts &who, const Root &root);
  const Facts *read(const Root &root, const std::string &path);
  Root &root_of(const std::string &path, const Facts &facts);

  Store &store_;
  std::string library_path_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Root>> roots_;
  llvm::StringMap<Root *> root_of_folder_;
  llvm::StringMap<std::vector<std::string>> variants_;
};

/// True for musl's libc and what it stands for: libm, libpthread and others are one file.
bool is_in_musl(llvm::StringRef name);

}  // namespace cxx_alloc::audit
