// SPDX-License-Identifier: Apache-2.0
// A link that failed with something of ours in it. Most links fail for the user's own reasons, and then we have nothing
// to say. So the link is made once more without ours, silently and into a folder of its own: if it fails too, it was
// not us.
#include "run/failure.h"

#include "descriptor.h"
#include "message.h"
#include "run/private_folder.h"
#include "run/process.h"
#include "words/allocators.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>

namespace cxx_alloc {
namespace {

/// The output could be written where the user wants it.
bool can_write(const std::string &output) {
  namespace path = llvm::sys::path;
  struct stat status{};
  if (stat(output.c_str(), &status) == 0) return !S_ISDIR(status.st_mode) && access(output.c_str(), W_OK) == 0;
  std::string folder = path::parent_path(output).str();
  return access(folder.empty() ? "." : folder.c_str(), W_OK) == 0;
}

bool links_without_ours(const Job &job) {
  if (llvm::is_contained(job.line.sources, "-")) return false;  // already read
  if (!can_write(artifact_of(job.line))) return false;
  PrivateFolder folder;
  if (folder.path().empty()) return false;
  std::string output = folder.path() + "/output", linkers_output = "-Wl,-o," + output;
  Words words = job.compiler.words;
  words.append(job.user_words);
  words.append({"-o", output.c_str()});
  if (!job.line.linker.output.empty()) words.push_back(linkers_output.c_str());
  Descriptor nowhere(open("/dev/null", O_RDWR | O_CLOEXEC));
  auto ending = run_and_wait(job.compiler.file, words,
                             {.input = nowhere.get(), .output = nowhere.get(), .errors = nowhere.get()});
  if (ending) return ending->success();
  llvm::consumeError(ending.takeError());
  return false;
}

}  // namespace

OpenWatch::OpenWatch(const std::string &file) {
  if (file.empty()) return;
  // Once: closing a queue that still watches takes the kernel (6.18) up to 15 ms, and one whose watch is over 0.03.
  queue_ = Descriptor(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (queue_) inotify_add_watch(queue_.get(), file.c_str(), IN_OPEN | IN_ONESHOT);
}

bool OpenWatch::was_opened() const {
  alignas(inotify_event) char events[4096];
  return queue_ && read(queue_.get(), events, sizeof events) > 0;
}

void explain_failure(const Job &job, const Outcome &outcome) {
  if (!links_without_ours(job)) return;
  print_message("note", "the link that failed had " + name_and_version(outcome.decision.allocator) + " in it (" +
                            outcome.words.object + "); --allocator=system leaves it out");
}

}  // namespace cxx_alloc
