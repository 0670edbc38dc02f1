// SPDX-License-Identifier: Apache-2.0
// Which word of a command is the compiler driver? A driver is known by its name as a rule, and a launcher's options by
// launchers.cc. Behind a program of an unknown name it is looked for among the inputs to clang's option table: so the
// value of an option (`g++ -isystem D`) is never taken for it.
#include "compiler/find_driver.h"

#include "paths.h"

#include <clang/Options/Options.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/Option/ArgList.h>
#include <llvm/Option/OptTable.h>

namespace cxx_alloc {
namespace {

using llvm::StringRef;

/// The words behind `words[0]` that are inputs to the option table, by their index.
llvm::SmallVector<size_t, 8> inputs_behind(llvm::ArrayRef<const char *> words) {
  using namespace clang::options;
  llvm::SmallVector<size_t, 8> found;
  llvm::opt::InputArgList list(words.begin(), words.end());
  for (unsigned i = 1; i < words.size();) {
    unsigned first = i;
    auto arg = clang::getDriverOptTable().ParseOneArg(list, i, llvm::opt::Visibility(ClangOption));
    if (i <= first) i = first + 1;
    // `--` ends the options of a launcher; the driver follows.
    if (arg && arg->getOption().getID() == OPT__DASH_DASH) i = first + 1;
    bool is_assignment = StringRef(words[first]).contains('=');
    if (arg && arg->getOption().getID() == OPT_INPUT && !is_assignment) found.push_back(first);
  }
  return found;
}

}  // namespace

std::string in_folder(StringRef folder, StringRef path) {
  if (folder.empty() || path.starts_with("/") || !path.contains('/')) return path.str();
  return (folder + "/" + path).str();
}

DriverWord find_driver(Words &words, llvm::StringSaver &saver, llvm::function_ref<bool(StringRef)> is_program) {
  DriverWord driver;
  auto can_run = [&](StringRef word) { return is_program(in_folder(driver.launched.folder, word)); };
  while (driver.index + 1 < words.size() && !names_a_driver(file_name(words[driver.index]))) {
    size_t command = read_launcher(words, driver.index, driver.launched, saver, can_run);
    if (command != driver.index) {
      driver.index = command;
      continue;
    }
    if (is_launcher(file_name(words[driver.index]))) break;
    // A launcher that we do not know, if a driver stands behind it; else a driver of a name that we do not know.
    llvm::ArrayRef<const char *> rest = llvm::ArrayRef(words).drop_front(driver.index);
    auto inputs = inputs_behind(rest);
    auto found =
        llvm::find_if(inputs, [&](size_t i) { return names_a_driver(file_name(rest[i])) && can_run(rest[i]); });
    if (found == inputs.end()) break;
    driver.is_certain = false;
    driver.index += *found;
  }
  driver.is_certain &= !driver.launched.changes_variables;
  return driver;
}

}  // namespace cxx_alloc
