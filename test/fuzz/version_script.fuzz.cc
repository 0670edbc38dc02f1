// SPDX-License-Identifier: Apache-2.0
// Any text as a version script.
#include "inputs/version_script.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  for (cxx_alloc::Linker linker : {cxx_alloc::Linker::unknown, cxx_alloc::Linker::bfd, cxx_alloc::Linker::lld})
    (void)cxx_alloc::hiding_of({reinterpret_cast<const char *>(data), size}, linker);
  return 0;
}
