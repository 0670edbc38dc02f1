// SPDX-License-Identifier: Apache-2.0
// The name of a file in JSON, which is UTF-8, while a name is bytes.
#pragma once

#include <llvm/ADT/StringRef.h>

#include <string>

namespace cxx_alloc::audit {

/// `bytes` as UTF-8. A byte that is none becomes U+FFFD and its two hexadecimal digits, and so does each byte of a
/// U+FFFD: two names stay two, and the bytes can be had back. docs/audit.md promises it.
std::string json_text(llvm::StringRef bytes);

}  // namespace cxx_alloc::audit
