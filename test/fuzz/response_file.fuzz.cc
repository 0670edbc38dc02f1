// SPDX-License-Identifier: Apache-2.0
// Any bytes as an `@file`, for the driver's words and for the linker's.
#include "fuzz_file.h"
#include "words/linker_words.h"
#include "words/own_options.h"

#include <string_view>

using namespace cxx_alloc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  // An absolute path may name a pipe or a terminal of this process, where the compilers wait as well.
  if (std::string_view(reinterpret_cast<const char *>(data), size).find("@/") != std::string_view::npos) return 0;
  FuzzFile file(data, size);
  std::string word = "@" + file.path();
  llvm::BumpPtrAllocator memory;
  llvm::StringSaver saver(memory);
  const char *words[] = {word.c_str()};
  auto split = split_command(words, saver);
  if (!split) llvm::consumeError(split.takeError());
  LinkerWords linker;
  linker.read(word);
  return 0;
}
