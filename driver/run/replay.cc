// SPDX-License-Identifier: Apache-2.0
// Can a source be compiled a second time? `cat a.c | cxx-alloc -x c -` and a shell's `<(…)` hand us descriptors; what
// they give is copied into memory, and the copy takes their number.
#include "run/replay.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringRef.h>

#include <cerrno>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cxx_alloc {
namespace {

off_t input_start = -1;  ///< of standard input, once it is known to be seekable

bool copy(int from, int to) {
  char block[65536];
  for (;;) {
    ssize_t size = read(from, block, sizeof block);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return size == 0;
    for (ssize_t at = 0; at < size;) {
      ssize_t written = write(to, block + at, size - at);
      if (written < 0) return false;
      at += written;
    }
  }
}

/// True when `descriptor` can be read again, or now is a copy that can.
bool keep(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return false;
  if (S_ISREG(status.st_mode)) return true;
  int memory = memfd_create("cxx-alloc source", MFD_CLOEXEC);
  if (memory < 0) return false;
  bool kept = copy(descriptor, memory) && lseek(memory, 0, SEEK_SET) == 0 && dup2(memory, descriptor) >= 0;
  close(memory);
  return kept;
}

}  // namespace

bool keep_sources(llvm::ArrayRef<std::string> sources) {
  return llvm::all_of(sources, [](const std::string &source) {
    if (source == "-") {
      if (!keep(STDIN_FILENO)) return false;
      input_start = lseek(STDIN_FILENO, 0, SEEK_CUR);
      return input_start >= 0;
    }
    struct stat status;
    if (stat(source.c_str(), &status) != 0 || S_ISREG(status.st_mode)) return true;
    llvm::StringRef name = source;
    int descriptor;
    return (name.consume_front("/dev/fd/") || name.consume_front("/proc/self/fd/")) &&
           !name.getAsInteger(10, descriptor) && keep(descriptor);
  });
}

void rewind_standard_input() {
  if (input_start >= 0) lseek(STDIN_FILENO, input_start, SEEK_SET);
}

}  // namespace cxx_alloc
