// SPDX-License-Identifier: Apache-2.0
// llvm::json::fixUTF8 would replace different bytes by the same U+FFFD.
#include "audit/json_text.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/ConvertUTF.h>
#include <llvm/Support/JSON.h>

namespace cxx_alloc::audit {

std::string json_text(llvm::StringRef bytes) {
  constexpr llvm::StringLiteral replacement = "\xef\xbf\xbd";
  if (llvm::json::isUTF8(bytes) && !bytes.contains(replacement)) return bytes.str();
  std::string text;
  while (!bytes.empty()) {
    auto *first = reinterpret_cast<const llvm::UTF8 *>(bytes.data());
    size_t size = llvm::getNumBytesForUTF8(*first);
    if (size <= bytes.size() && llvm::isLegalUTF8Sequence(first, first + size) && !bytes.starts_with(replacement)) {
      text += bytes.take_front(size);
    } else {
      size = 1;
      text += replacement;
      text += llvm::toHex(bytes.take_front(1), /*LowerCase=*/true);
    }
    bytes = bytes.drop_front(size);
  }
  return text;
}

}  // namespace cxx_alloc::audit
