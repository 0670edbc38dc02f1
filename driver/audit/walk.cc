// SPDX-License-Identifier: Apache-2.0
// One queue of folders and of handfuls of files: /usr/bin alone has a tenth of the files of a machine, so that a thread
// for each folder would leave the others idle.
#include "audit/walk.h"

#include "descriptor.h"
#include "threads.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringSet.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <thread>
#include <unistd.h>

namespace cxx_alloc::audit {
namespace {

constexpr size_t handful = 64;

unsigned thread_count() { return std::clamp(std::thread::hardware_concurrency(), 1u, 64u); }

/// Files there are questions to the kernel: some are endless, and some act when they are read.
bool is_pseudo(int descriptor) {
  struct statfs status;
  if (fstatfs(descriptor, &status) != 0) return false;
  switch (static_cast<std::uint32_t>(status.f_type)) {
  case PROC_SUPER_MAGIC:
  case SYSFS_MAGIC:
  case DEBUGFS_MAGIC:
  case TRACEFS_MAGIC:
  case CGROUP_SUPER_MAGIC:
  case CGROUP2_SUPER_MAGIC:
  case SECURITYFS_MAGIC:
  case BPF_FS_MAGIC:
  case DEVPTS_SUPER_MAGIC:
  case PSTOREFS_MAGIC:
  case EFIVARFS_MAGIC:
  case NSFS_MAGIC: return true;
  default: return false;
  }
}

/// Folders of programs that a build system links to get to know the compiler, and leaves behind: CMake's
/// CMakeFiles/3.25.1 and CMakeFiles/_CMakeLTOTest-CXX, Meson's meson-private.
bool is_of_probes(llvm::StringRef folder, llvm::StringRef name) {
  folder = folder.rtrim('/');
  bool is_cmakes = folder == "CMakeFiles" || folder.ends_with("/CMakeFiles");
  return name == "meson-private" || (is_cmakes && (llvm::isDigit(name.front()) || name.starts_with("_CMake")));
}

/// A file that was listed and is not there any more, or is a link or a file where a folder was: others work in the
/// tree.
bool is_gone(int error) { return error == ENOENT || error == ENOTDIR || error == ELOOP; }

struct Task {
  std::string folder;
  std::vector<std::string> files = {};  ///< names in it; empty: list the folder
  bool is_named = false;                ///< by the user, who has to be told what is wrong with it
};

class Walker {
public:
  Walker(Store &store, Progress &progress) : store_(store), progress_(progress) {}

  Walk run(std::string folder) {
    push({.folder = std::move(folder), .is_named = true});
    {
      Helpers helpers(thread_count() - 1, [this] { work(); });
      work();
    }
    llvm::sort(found_.files, [](const WalkedFile &a, const WalkedFile &b) { return a.path < b.path; });
    llvm::sort(found_.unreadable, [](const Unreadable &a, const Unreadable &b) { return a.path < b.path; });
    return std::move(found_);
  }

private:
  void push(Task task) {
    std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    ++open_;
    changed_.notify_one();
  }

  void work() {
    Walk mine;
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return !tasks_.empty() || open_ == 0; });
      if (tasks_.empty()) break;
      Task task = std::move(tasks_.back());  // the newest: depth first keeps the queue short
      tasks_.pop_back();
      lock.unlock();
      if (task.files.empty()) {
        list(task, mine);
      } else if (Descriptor folder(open(task.folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)); folder) {
        read(folder.get(), task, mine);
      } else {
        fail(task, errno, mine);
      }
      lock.lock();
      if (--open_ == 0) changed_.notify_all();
    }
    llvm::move(mine.files, std::back_inserter(found_.files));
    llvm::move(mine.unreadable, std::back_inserter(found_.unreadable));
  }

  /// Names the folder of the task, which may have several handfuls of files, once.
  void fail(const Task &task, int error, Walk &mine) {
    if (is_gone(error) && !task.is_named) return;
    std::lock_guard lock(mutex_);
    if (failed_.insert(task.folder).second) mine.unreadable.push_back({task.folder, std::strerror(error)});
  }

  void list(const Task &task, Walk &mine) {
    const std::string &folder = task.folder;
    Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!opened) return fail(task, errno, mine);
    if (is_pseudo(opened.get())) {
      if (task.is_named)
        mine.unreadable.push_back({folder, "a file system of the kernel, as /proc and /sys, has no programs to read"});
      return;
    }
    int descriptor = opened.get();
    DIR *entries = fdopendir(descriptor);
    if (!entries) return fail(task, errno, mine);
    opened.release();
    std::string prefix = folder.back() == '/' ? folder : folder + "/";
    std::vector<std::string> files;
    errno = 0;
    while (dirent *entry = readdir(entries)) {
      llvm::StringRef name = entry->d_name;
      if (name == "." || name == "..") continue;
      switch (type_of(descriptor, *entry)) {
      case DT_DIR:
        if (!is_of_probes(folder, name)) push({.folder = prefix + name.str()});
        break;
      case DT_REG: files.push_back(name.str()); break;
      default: break;
      }
      if (files.size() == handful) push({folder, std::exchange(files, {}), task.is_named});
      errno = 0;
    }
    if (errno) fail(task, errno, mine);
    if (!files.empty()) read(descriptor, {.folder = folder, .files = std::move(files)}, mine);
    closedir(entries);
  }

  static unsigned char type_of(int folder, const dirent &entry) {
    if (entry.d_type != DT_UNKNOWN) return entry.d_type;
    struct stat status;
    if (fstatat(folder, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) return DT_UNKNOWN;
    return IFTODT(status.st_mode);
  }

  /// The files of a task, from the folder open as `folder`: their whole paths would be looked up step by step.
  void read(int folder, const Task &task, Walk &mine) {
    for (const std::string &name : task.files) {
      std::string path = task.folder.back() == '/' ? task.folder + name : task.folder + "/" + name;
      const Facts *facts = store_.read_if_elf(folder, name.c_str(), path);
      progress_.files.fetch_add(1, std::memory_order_relaxed);
      if (!facts) continue;
      progress_.elf_files.fetch_add(1, std::memory_order_relaxed);
      if (facts->state == Facts::State::sound)
        mine.files.push_back({std::move(path), facts});
      else
        mine.unreadable.push_back({std::move(path), facts->problem});
    }
  }

  Store &store_;
  Progress &progress_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  size_t open_ = 0;           ///< tasks that wait or are worked on
  llvm::StringSet<> failed_;  ///< folders that could not be read
  Walk found_;
};

}  // namespace

Walk walk(const std::string &path, Store &store, Progress &progress) { return Walker(store, progress).run(path); }

void in_parallel(size_t count, llvm::function_ref<void(size_t)> work) {
  std::atomic<size_t> next = 0;
  auto run = [&] {
    for (size_t i; (i = next.fetch_add(1)) < count;) work(i);
  };
  Helpers helpers(std::max<size_t>(1, std::min<size_t>(thread_count(), count)) - 1, run);
  run();
}

}  // namespace cxx_alloc::audit
