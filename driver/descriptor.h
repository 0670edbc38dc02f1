// SPDX-License-Identifier: Apache-2.0
// A file descriptor that closes itself.
#pragma once

#include <cerrno>
#include <unistd.h>
#include <utility>

namespace cxx_alloc {

class Descriptor {
public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor &&other) noexcept : number_(other.release()) {}
  Descriptor &operator=(Descriptor &&other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { reset(); }

  explicit operator bool() const { return number_ >= 0; }
  int get() const { return number_; }
  /// Hands the number over to the caller.
  int release() { return std::exchange(number_, -1); }
  /// errno stays as it was: it mostly tells why a descriptor is given up.
  void reset() {
    int error = errno;
    if (number_ >= 0) close(release());
    errno = error;
  }

private:
  int number_;
};

}  // namespace cxx_alloc
