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

/// A name that ends in ".o", for what is read in another way: a symbolic link in a folder of its own.
class FuzzObject {
public:
  explicit FuzzObject(const FuzzFile &file) {
    if (symlink(file.path().c_str(), path().c_str()) != 0) std::abort();
  }
  ~FuzzObject() { unlink(path().c_str()); }
  FuzzObject(const FuzzObject &) = delete;
  std::string path() const { return folder_.path + "/input.o"; }

private:
  struct Folder {
    Folder() {
      if (!mkdtemp(path.data())) std::abort();
    }
    ~Folder() { rmdir(path.c_str()); }
    std::string path = "/tmp/fuzz-XXXXXX";
  };
  static inline Folder folder_;
};
