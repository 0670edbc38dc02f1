// SPDX-License-Identifier: Apache-2.0
// Any bytes as an input of a link: object, archive, shared library, linker script, bitcode, GCC's LTO sections. And as
// the finished executable that is verified.
#include "fuzz_file.h"
#include "inputs/scan.h"
#include "run/artifact.h"

using namespace cxx_alloc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  FuzzFile file(data, size);
  FuzzObject object(file);
  LibrarySearch search{{"/nonexistent"}, {}, "/nonexistent", "x86_64-linux-gnu"};
  for (const std::string &path : {file.path(), object.path()})
    (void)scan_link_inputs(LinkInput{LinkInput::Kind::file, path, false}, search);
  (void)read_artifact(file.path());
  return 0;
}
