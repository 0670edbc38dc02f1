// SPDX-License-Identifier: Apache-2.0
// Any text as a version script.
#include "inputs/version_script.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  (void)cxx_alloc::hides_malloc({reinterpret_cast<const char *>(data), size});
  return 0;
}
