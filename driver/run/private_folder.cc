// SPDX-License-Identifier: Apache-2.0
// A temporary folder. By mkdtemp, for LLVM 22's createUniqueDirectory() makes it with the mode that umask leaves.
#include "run/private_folder.h"

#include "run/process.h"

#include <llvm/Support/FileSystem.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace cxx_alloc {
namespace {

/// Removes what is in the folder `descriptor`, by calls that are safe in a signal's handler: opendir() and LLVM's
/// functions allocate memory. What is in a folder in it stays: no compiler makes one beside an object.
void remove_files_in(int descriptor) {
  alignas(dirent64) char entries[4096];
  for (ssize_t size; (size = getdents64(descriptor, entries, sizeof entries)) > 0;)
    for (ssize_t at = 0; at < size;) {
      auto *entry = reinterpret_cast<dirent64 *>(entries + at);
      unlinkat(descriptor, entry->d_name, 0);
      at += entry->d_reclen;
    }
}

/// While it lives no signal is delivered.
class BlockedSignals {
public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &mask_);
  }
  ~BlockedSignals() { sigprocmask(SIG_SETMASK, &mask_, nullptr); }

private:
  sigset_t mask_;
};

}  // namespace

PrivateFolder *volatile PrivateFolder::newest_ = nullptr;

PrivateFolder::PrivateFolder() {
  const char *root = std::getenv("TMPDIR");
  std::string folder = std::string(root && *root ? root : "/tmp") + "/cxx-alloc-XXXXXX";
  BlockedSignals blocked;
  end_with(remove_all);
  if (!mkdtemp(folder.data())) return;
  path_ = std::move(folder);
  older_ = newest_;
  newest_ = this;
}

PrivateFolder::~PrivateFolder() {
  BlockedSignals blocked;
  int error = errno;
  remove();
  if (newest_ == this) newest_ = older_;
  errno = error;
}

// What somebody else makes in it meanwhile stays, and nothing can be done about that.
void PrivateFolder::remove() const {
  if (!path_.empty()) [[maybe_unused]]
    auto error = llvm::sys::fs::remove_directories(path_);
}

void PrivateFolder::remove_all() {
  for (const PrivateFolder *folder = newest_; folder; folder = folder->older_) {
    const char *path = folder->path_.c_str();
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0) continue;
    remove_files_in(descriptor);
    close(descriptor);
    rmdir(path);
  }
}

}  // namespace cxx_alloc
