// SPDX-License-Identifier: Apache-2.0
// Which word of a command is the compiler driver? A driver is known by its name as a rule. Behind a launcher it is the
// first word that is an input to clang's option table: so the value of an option (`g++ -isystem D`) is never taken for
// it.
#include "compiler/find_driver.h"

#include "paths.h"

#include <clang/Options/Options.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Option/ArgList.h>
#include <llvm/Option/OptTable.h>

#include <optional>

namespace cxx_alloc {
namespace {

using llvm::StringRef;

/// Drivers of GCC and of LLVM, for C, C++, Objective-C, Fortran and D, and the names under which systems install them.
constexpr StringRef driver_names[] = {"c++",
                                      "cc",
                                      "c89",
                                      "c99",
                                      "g++",
                                      "gcc",
                                      "clang++",
                                      "clang",
                                      "clang-cl",
                                      "gfortran",
                                      "flang",
                                      "flang-new",
                                      "gdc",
                                      "gm2",
                                      "icpx",
                                      "icx",
                                      "hipcc",
                                      "musl-gcc",
                                      "musl-clang",
                                      "afl-gcc",
                                      "afl-g++",
                                      "afl-clang-fast",
                                      "afl-clang-fast++"};

/// Programs that run the command behind them as it stands.
constexpr StringRef launcher_names[] = {
    "ccache", "sccache",   "distcc",  "icecc",   "buildcache", "env",         "nice",   "ionice",   "chrt",
    "time",   "timeout",   "taskset", "numactl", "setarch",    "stdbuf",      "setsid", "nohup",    "mold",
    "bear",   "intercept", "strace",  "ltrace",  "prlimit",    "systemd-run", "cgexec", "fakeroot", "libtool"};

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

/// The words behind the launcher `words[0]` that are inputs to the option table, by their index.
llvm::SmallVector<size_t, 8> inputs_behind(llvm::ArrayRef<const char *> words) {
  using namespace clang::options;
  llvm::SmallVector<size_t, 8> found;
  llvm::opt::InputArgList list(words.begin(), words.end());
  for (unsigned i = 1; i < words.size();) {
    unsigned first = i;
    auto arg = clang::getDriverOptTable().ParseOneArg(list, i, llvm::opt::Visibility(ClangOption));
    if (i <= first) i = first + 1;
    bool is_assignment = StringRef(words[first]).contains('=');
    if (arg && arg->getOption().getID() == OPT_INPUT && !is_assignment) found.push_back(first);
  }
  return found;
}

}  // namespace

bool names_a_driver(StringRef name) {
  name = without_version(name);
  if (llvm::is_contained(driver_names, name)) return true;
  return !target_prefix(name).empty();
}

StringRef target_prefix(StringRef name) {
  for (StringRef driver : {"-clang", "-g++", "-gcc", "-c++", "-cc", "-gfortran", "-flang", "-gdc", "-gm2"}) {
    size_t at = name.find(driver);
    if (at == StringRef::npos || !name.take_front(at).contains('-')) continue;
    // What stands behind belongs to the driver's name or is a version: "-clang++", "-gcc-12", not "-ccache".
    StringRef rest = name.drop_front(at + driver.size());
    if (rest.empty() || rest.starts_with("-") || rest.starts_with("+") || llvm::isDigit(rest.front()))
      return name.take_front(at);
  }
  return "";
}

DriverWord find_driver(llvm::ArrayRef<const char *> words, llvm::function_ref<bool(StringRef)> is_program) {
  DriverWord driver;
  while (driver.index + 1 < words.size() && !names_a_driver(file_name(words[driver.index]))) {
    llvm::ArrayRef<const char *> rest = words.drop_front(driver.index);
    auto inputs = inputs_behind(rest);
    auto by_name =
        llvm::find_if(inputs, [&](size_t i) { return names_a_driver(file_name(rest[i])) && is_program(rest[i]); });
    bool is_launcher = llvm::is_contained(launcher_names, file_name(rest[0]));
    driver.is_certain &= is_launcher || by_name == inputs.end();
    if (by_name != inputs.end()) {
      // `env diet gcc`: what stands in between is a launcher too.
      for (size_t i : llvm::make_range(inputs.begin(), by_name))
        driver.is_certain &= !is_program(rest[i]) || llvm::is_contained(launcher_names, file_name(rest[i]));
      driver.index += *by_name;
      break;
    }
    // A driver of a name that we do not know, with or without a launcher in front.
    auto runnable = llvm::find_if(inputs, [&](size_t i) { return is_program(rest[i]); });
    if (!is_launcher || runnable == inputs.end()) break;
    driver.index += *runnable;
  }
  return driver;
}

}  // namespace cxx_alloc
