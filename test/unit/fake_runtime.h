// SPDX-License-Identifier: Apache-2.0
// An installed runtime, as far as the driver looks at it: each object is an empty one of this machine.
#pragma once

#include "link/plan.h"
#include "scan_folder.h"
#include "words/targets.h"

#include <string>
#include <vector>

class FakeRuntime {
public:
  FakeRuntime() {
    std::string object = folder_.compile("empty.c", "", "empty.o");
    auto add = [&](const std::string &allocator, const std::vector<std::string> &names) {
      std::filesystem::create_directories(place(allocator, "lto"));
      for (const std::string &name : names) std::filesystem::copy_file(object, place(allocator, name));
    };
    add("jemalloc",
        {"executable.o", "operators.o", "executable-profile.o", "operators-profile.o", "shared-library.guest",
         "shared-library-operators.guest", "executable-carried.o", "operators-forwarding.o", "lto/start.o"});
    add("system", {"executable.o", "shared-library.note"});
  }

  cxx_alloc::RuntimeOptions options() const { return {folder_ / "runtime", "", false}; }
  /// The file of an object.
  std::string place(const std::string &allocator, const std::string &name) const {
    return folder_ / ("runtime/" + allocator + "/" + cxx_alloc::host_target().str() + "/" + name);
  }

private:
  ScanFolder folder_;
};
