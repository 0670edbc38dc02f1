// SPDX-License-Identifier: Apache-2.0
// Which allocators are in a file whose symbols are gone? Each brings messages that only it prints.
#pragma once

#include "audit/names.h"
#include "inputs/elf_image.h"

#include <string>

namespace cxx_alloc::audit {

struct Messages {
  MarkSet marks;
  std::string version;  ///< of jemalloc or gperftools, which have theirs as text
};

/// True if `text` stands in what is loaded of the file and cannot be written to.
bool has_text(const ElfImage &image, llvm::StringRef text);

/// True if the jemalloc in the file has a prefix before its names, and so before its variable: _RJEM_MALLOC_CONF. Then
/// malloc is not its function.
bool has_prefixed_conf(const ElfImage &image);

/// Reads all that is loaded of the file and cannot be written to.
Messages find_messages(const ElfImage &image);

}  // namespace cxx_alloc::audit
