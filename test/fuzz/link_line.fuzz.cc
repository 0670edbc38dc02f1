// SPDX-License-Identifier: Apache-2.0
// Any text as what a driver prints for -###.
#include "compiler/link_line.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  cxx_alloc::CommandLine line;
  std::string target = "x86_64-linux-gnu";
  cxx_alloc::apply_link_line({reinterpret_cast<const char *>(data), size}, "-specs=fuzz", line, target);
  return 0;
}
