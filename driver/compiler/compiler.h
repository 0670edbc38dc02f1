// SPDX-License-Identifier: Apache-2.0
// The compiler that would have run if we were not here.
#pragma once

#include "compiler/environment.h"
#include "words/family.h"
#include "words/own_options.h"

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Error.h>

#include <string>

namespace cxx_alloc {

/// The real compiler.
struct Compiler {
  std::string file;        ///< what execve is given: the first launcher, or the driver
  Words words;             ///< argv up to the driver: {"g++"}, {"ccache", "g++"}
  Words own_words;         ///< what stands behind the driver in CXX_ALLOC_CXX: part of the command line
  std::string driver;      ///< the driver's file, or the word itself where it is not in PATH
  bool cxx = true;         ///< a C++ driver: it links the C++ runtime
  std::string folder;      ///< where a launcher (`env -C`) runs it, an absolute path; or empty
  bool is_certain = true;  ///< false behind a launcher that may change the words of the driver, or what it reads
};

/// Finds the compiler for `program`, the name we were called by ("cxx-alloc", "cc-alloc", "g++-alloc", a path to one).
/// `self` is our own executable; it is never the answer, whatever its name.
llvm::Expected<Compiler> find_compiler(llvm::StringRef program, const Environment &environment, llvm::StringRef self,
                                       llvm::StringSaver &saver);

/// The same for `--allocator-launch WORDS`, of which launchers and driver are the first; they are taken off `words`.
llvm::Expected<Compiler> find_launched_compiler(Words &words, const Environment &environment, llvm::StringRef self,
                                                llvm::StringSaver &saver);

/// Our own executable, for comparing and for what stands beside it; not its canonical path.
std::string own_executable(const char *program);

/// Base name of the driver, through symbolic links where that tells more: "x86_64-linux-gnu-g++-12" for c++.
std::string driver_name(const Compiler &compiler);

/// Which family `compiler` belongs to. Its name tells as a rule; where it does not, the compiler is asked (--version).
llvm::Expected<Family> identify_family(const Compiler &compiler, llvm::StringRef driver_name);

/// The version of `compiler` as it says it itself, "22.1.8", or empty where it does not.
llvm::Expected<std::string> compiler_version(const Compiler &compiler);

}  // namespace cxx_alloc
