// SPDX-License-Identifier: Apache-2.0
// A file is known by its device and inode: libraries have three names, and a tree may have links. What is no regular
// file is not read: a pipe would block, a device might act.
#include "audit/store.h"

#include "descriptor.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cxx_alloc::audit {
namespace {

Descriptor open_file(int folder, const char *name, int more = 0) {
  return Descriptor(openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | more));
}

}  // namespace

const Facts *Store::unreadable(const std::string &path, int error) {
  if (error == ENOENT || error == ELOOP || error == ENXIO) return nullptr;  // gone meanwhile, or nothing to read
  auto facts = std::make_unique<Facts>();
  facts->state = Facts::State::unreadable;
  facts->problem = std::strerror(error);
  std::lock_guard lock(mutex_);
  unreadable_.push_back(std::move(facts));
  return by_path_[path] = unreadable_.back().get();
}

const Facts *Store::read_open(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return nullptr;
  Entry *entry;
  {
    std::lock_guard lock(mutex_);
    std::unique_ptr<Entry> &place = by_inode_[{status.st_dev, status.st_ino}];
    if (!place) place = std::make_unique<Entry>();
    entry = place.get();
  }
  std::call_once(entry->once, [&] { entry->facts = read_facts(descriptor); });
  return &entry->facts;
}

const Facts *Store::read_if_elf(int folder, const char *name, const std::string &path) {
  Descriptor descriptor = open_file(folder, name, O_NOFOLLOW);  // it may be a link by now
  if (!descriptor) return unreadable(path, errno);
  char magic[4];
  ssize_t got = pread(descriptor.get(), magic, sizeof magic, 0);
  const Facts *facts = nullptr;
  if (got < 0 && errno != ESPIPE && errno != EISDIR && errno != EINVAL && errno != EAGAIN)
    facts = unreadable(path, errno);
  else if (got == sizeof magic && !std::memcmp(magic, "\177ELF", sizeof magic))
    facts = read_open(descriptor.get());
  return facts;
}

const Facts *Store::read(const std::string &path) {
  {
    std::lock_guard lock(mutex_);
    if (auto found = by_path_.find(path); found != by_path_.end()) return found->second;
  }
  const Facts *facts = nullptr;
  struct stat status;
  if (stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
    Descriptor descriptor = open_file(AT_FDCWD, path.c_str());
    if (!descriptor) return unreadable(path, errno);
    facts = read_open(descriptor.get());
  }
  std::lock_guard lock(mutex_);
  return by_path_.try_emplace(path, facts).first->second;
}

}  // namespace cxx_alloc::audit
