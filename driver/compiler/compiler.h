// SPDX-License-Identifier: Apache-2.0
// Which compiler would have run if we were not here?
#pragma once

#include "words/own_options.h"

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Error.h>

#include <string>

namespace cxx_alloc {

/// g++ and clang++ read the same words differently: `-shared -pie` is an executable for one, a library for the other.
enum class Family { gnu, clang };

/// The environment of one run, given as data so that tests need no real one.
struct Environment {
  std::string allocator;     ///< CXX_ALLOC
  std::string cxx;           ///< CXX_ALLOC_CXX
  std::string cc;            ///< CXX_ALLOC_CC
  std::string path;          ///< PATH
  std::string runtime_dir;   ///< CXX_ALLOC_RUNTIME_DIR
  std::string log;           ///< CXX_ALLOC_LOG
  std::string nesting;       ///< CXX_ALLOC_NESTING: how many of us are above, set by ourselves
  std::string library_path;  ///< LIBRARY_PATH: where the drivers look for libraries after -L
  bool overrides_options = false;  ///< CCC_OVERRIDE_OPTIONS is set: clang edits its own command line
  static Environment of_process();
};

/// The real compiler.
struct Compiler {
  std::string file;   ///< what execve is given
  Words words;        ///< argv as far as the compiler's own words go: {"g++"}, {"ccache", "g++"}
  std::string driver; ///< the driver among `words`: its file, or the word itself where it is not in PATH
  bool cxx = true;    ///< a C++ driver: it links the C++ runtime
};

/// Finds the compiler for `program`, the name we were called by ("cxx-alloc", "cc-alloc", "g++-alloc", a path to one).
/// `self` is our own executable; it is never the answer, whatever its name.
llvm::Expected<Compiler> find_compiler(llvm::StringRef program, const Environment &environment, llvm::StringRef self,
                                       llvm::StringSaver &saver);

/// The same for `--allocator-launch COMPILER`.
llvm::Expected<Compiler> find_launched_compiler(llvm::StringRef command, const Environment &environment,
                                                llvm::StringRef self, llvm::StringSaver &saver);

/// Our own executable, for comparing and for what stands beside it; not its canonical path.
std::string own_executable(const char *program);

/// Base name of the driver, through symbolic links where that tells more: "x86_64-linux-gnu-g++-12" for c++.
std::string driver_name(const Compiler &compiler);

/// Which family `compiler` belongs to. Its name tells as a rule; where it does not, the compiler is asked (--version).
Family identify_family(const Compiler &compiler, llvm::StringRef driver_name);

/// The target that the compiler's name spells ("aarch64-linux-gnu" of aarch64-linux-gnu-g++-12), or "".
llvm::StringRef target_prefix(llvm::StringRef name);

}  // namespace cxx_alloc
