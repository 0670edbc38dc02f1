// SPDX-License-Identifier: Apache-2.0
// Any words, one a line, for each linker. A linker that is known must read them without the others having a say: what
// all agree on is no uncertainty.
#include "words/linker_words.h"

#include <llvm/ADT/StringExtras.h>

#include <cstdint>
#include <cstdlib>

using namespace cxx_alloc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  if (text.contains('@')) return 0;  // opens files; response_file.fuzz.cc does that
  for (Linker linker : {Linker::unknown, Linker::bfd, Linker::gold, Linker::lld, Linker::mold}) {
    LinkerWords words(linker);
    std::size_t count = 0;
    for (llvm::StringRef word : llvm::split(text, '\n')) {
      words.read(word);
      ++count;
    }
    // Each word is one input, or says something, or is uncertain; none multiplies.
    if (words.inputs.size() > size + 1 || words.uncertain_words.size() > size + count) std::abort();
  }
  return 0;
}
