// SPDX-License-Identifier: Apache-2.0
// A command line that is too long for execve goes into a file without a name.
#include "run/response_file.h"

#include "descriptor.h"

#include <sys/mman.h>

namespace cxx_alloc {

std::string response_file_text(llvm::ArrayRef<llvm::StringRef> words) {
  std::string text;
  for (llvm::StringRef word : words) {
    text += '"';
    for (char c : word) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += "\"\n";
  }
  return text;
}

void move_words_into_file(Job &job, llvm::StringSaver &saver) {
  constexpr size_t enough = 100 << 10;
  size_t size = 0;
  for (llvm::StringRef word : job.user_words) size += word.size() + 1;
  if (!job.opened_file || size < enough) return;

  Descriptor file(memfd_create("cxx-alloc response file", 0));
  if (!file) return;  // execve will say what is wrong
  std::string text =
      response_file_text(llvm::SmallVector<llvm::StringRef, 0>(job.user_words.begin(), job.user_words.end()));
  for (llvm::StringRef rest = text; !rest.empty();) {
    ssize_t written = write(file.get(), rest.data(), rest.size());
    if (written < 0) return;
    rest = rest.drop_front(written);
  }
  job.user_words = {saver.save("@/proc/self/fd/" + std::to_string(file.release())).data()};
}

}  // namespace cxx_alloc
