// SPDX-License-Identifier: Apache-2.0
// Any words, one a line: taken apart, parsed and classified for both families. A word that starts with '@' names a file
// that is not there, or one that is: the fuzzer's own corpus is the current directory.
#include "words/output_kind.h"
#include "words/own_options.h"

#include <cstdint>
#include <string>
#include <vector>

using namespace cxx_alloc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] == '\n' || data[i] == 0)
      lines.emplace_back();
    else
      lines.back() += static_cast<char>(data[i]);
  }
  std::vector<const char *> words;
  for (const std::string &line : lines) {
    if (line.find("@/") != line.npos) return 0;  // may name a pipe of this process, where the compilers wait as well
    words.push_back(line.c_str());
  }

  llvm::BumpPtrAllocator memory;
  llvm::StringSaver saver(memory);
  auto split = split_command(words, saver);
  if (!split) {
    llvm::consumeError(split.takeError());
    return 0;
  }
  CommandLine line = parse_command_line(split->expanded);
  for (Family family : {Family::gnu, Family::clang}) (void)output_kind(line, family, false);
  return 0;
}
