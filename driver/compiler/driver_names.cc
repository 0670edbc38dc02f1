// SPDX-License-Identifier: Apache-2.0
// What the name of a compiler driver tells. All names stand in one table.
#include "compiler/driver_names.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>

namespace cxx_alloc {
namespace {

using llvm::StringRef;

struct DriverName {
  StringRef name;
  std::optional<Family> family;  ///< nothing where systems give the name to either
  bool is_part = false;          ///< stands behind a target too (aarch64-linux-gnu-gcc), and in a wrapper's name
};

/// Drivers of GCC and of LLVM, for C, C++, Objective-C, Fortran and D, and the names under which systems install them.
constexpr DriverName driver_names[] = {
    {"c++", std::nullopt, true},
    {"cc", std::nullopt, true},
    {"c89", std::nullopt},
    {"c99", std::nullopt},
    {"g++", Family::gnu, true},
    {"gcc", Family::gnu, true},
    {"clang++", Family::clang, true},
    {"clang", Family::clang, true},
    {"clang-cl", Family::clang},
    {"gfortran", Family::gnu, true},
    {"flang", Family::clang, true},
    {"flang-new", Family::clang},
    {"gdc", Family::gnu, true},
    {"gm2", Family::gnu, true},
    {"icpx", Family::clang},
    {"icx", Family::clang},
    {"hipcc", std::nullopt},
    {"musl-gcc", Family::gnu},
    {"musl-clang", Family::clang},
    {"afl-gcc", Family::gnu},
    {"afl-g++", Family::gnu},
    {"afl-clang-fast", Family::clang},
    {"afl-clang-fast++", Family::clang},
};

/// "g++" of "g++-12", "g++-12.2" and "g++-mp-13"; "g++-alloc" stays.
StringRef without_version(StringRef name) {
  size_t dash = name.rfind('-');
  if (dash == StringRef::npos || dash + 1 == name.size()) return name;
  bool is_version = llvm::all_of(name.drop_front(dash + 1), [](char c) { return llvm::isDigit(c) || c == '.'; });
  if (!is_version) return name;
  name = name.take_front(dash);
  name.consume_back("-mp");
  return name;
}

}  // namespace

bool names_a_driver(StringRef name) {
  StringRef bare = without_version(name);
  return llvm::any_of(driver_names, [&](const DriverName &driver) { return driver.name == bare; }) ||
         !target_prefix(bare).empty();
}

std::optional<Family> family_of_name(StringRef name) {
  StringRef bare = without_version(name);
  const DriverName *found = nullptr;  // the longest: "clang++" has "g++" in it
  for (const DriverName &driver : driver_names) {
    if (driver.name == bare) return driver.family;
    bool is_inside = driver.is_part && driver.family && name.contains(driver.name);
    if (is_inside && (!found || driver.name.size() > found->name.size())) found = &driver;
  }
  return found ? found->family : std::nullopt;
}

StringRef target_prefix(StringRef name) {
  for (const DriverName &driver : driver_names) {
    if (!driver.is_part) continue;
    size_t at = name.find(("-" + driver.name).str());
    if (at == StringRef::npos || !name.take_front(at).contains('-')) continue;
    // What stands behind belongs to the driver's name or is a version: "-clang++", "-gcc-12", not "-ccache".
    StringRef rest = name.drop_front(at + 1 + driver.name.size());
    if (rest.empty() || rest.starts_with("-") || rest.starts_with("+") || llvm::isDigit(rest.front()))
      return name.take_front(at);
  }
  return "";
}

}  // namespace cxx_alloc
