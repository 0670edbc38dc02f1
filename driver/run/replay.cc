// SPDX-License-Identifier: Apache-2.0
// Can a link be made a second time? `cat a.c | cxx-alloc -x c -` and a shell's `<(…)`, which may be a script for the
// linker as well, hand us descriptors; what they give is copied into memory, and the copy takes their number.
#include "run/replay.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>

#include <cerrno>
#include <fcntl.h>
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

bool keep_standard_input() {
  if (!keep(STDIN_FILENO)) return false;
  input_start = lseek(STDIN_FILENO, 0, SEEK_CUR);
  return input_start >= 0;
}

/// Nothing that a word of the command line might mean as an output, nor what waits for a person.
bool is_readable_pipe(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 && S_ISFIFO(status.st_mode) &&
         (fcntl(descriptor, F_GETFL) & O_ACCMODE) == O_RDONLY;
}

}  // namespace

bool keep_sources(llvm::ArrayRef<std::string> sources) {
  return llvm::all_of(sources, [](const std::string &source) {
    if (source == "-") return keep_standard_input();
    struct stat status;
    return stat(source.c_str(), &status) != 0 || S_ISREG(status.st_mode);
  });
}

void keep_pipes(llvm::ArrayRef<const char *> words) {
  for (llvm::StringRef word : words) {
    if (word.contains("/dev/stdin") && is_readable_pipe(STDIN_FILENO)) keep_standard_input();
    for (llvm::StringRef folder : {"/dev/fd/", "/proc/self/fd/"}) {
      size_t at = word.find(folder);
      if (at == llvm::StringRef::npos) continue;
      llvm::StringRef number = word.drop_front(at + folder.size()).take_while(llvm::isDigit);
      int descriptor;
      if (!number.getAsInteger(10, descriptor) && is_readable_pipe(descriptor)) keep(descriptor);
    }
  }
}

void rewind_standard_input() {
  if (input_start >= 0) lseek(STDIN_FILENO, input_start, SEEK_SET);
}

}  // namespace cxx_alloc
