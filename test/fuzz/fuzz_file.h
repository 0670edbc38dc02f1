// SPDX-License-Identifier: Apache-2.0
// The fuzzer's bytes as a file with a name, without a disk: the readers open what a link line names.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

class FuzzFile {
public:
  FuzzFile(const std::uint8_t *data, std::size_t size) : descriptor_(memfd_create("fuzz", MFD_CLOEXEC)) {
    if (descriptor_ < 0 || write(descriptor_, data, size) != static_cast<ssize_t>(size)) std::abort();
  }
  ~FuzzFile() { close(descriptor_); }
  FuzzFile(const FuzzFile &) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

private:
  int descriptor_;
};
