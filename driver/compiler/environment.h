// SPDX-License-Identifier: Apache-2.0
// The environment variables that one run depends on, as data, so that tests need no real environment.
#pragma once

#include <string>

namespace cxx_alloc {

struct Environment {
  std::string allocator = {};    ///< CXX_ALLOC
  std::string cxx = {};          ///< CXX_ALLOC_CXX
  std::string cc = {};           ///< CXX_ALLOC_CC
  std::string path = {};         ///< PATH
  std::string runtime_dir = {};  ///< CXX_ALLOC_RUNTIME_DIR
  std::string log = {};          ///< CXX_ALLOC_LOG
  std::string nesting = {};      ///< CXX_ALLOC_NESTING: how many of us are above, and a '?' where one of them only asks
  std::string library_path = {};   ///< LIBRARY_PATH: where the drivers look for libraries after -L
  bool overrides_options = false;  ///< CCC_OVERRIDE_OPTIONS is set: clang edits its own command line

  static Environment of_process();

  /// True where one of us runs us to learn something: the compiler's own answer is wanted.
  bool is_question() const { return !nesting.empty() && nesting.back() == '?'; }
  /// How many of us are above; nothing we know of is as deep as an unreadable value.
  unsigned depth() const;
};

/// Whatever is run from now on is told that it is one deeper. Real wrappers stand two or three deep; a script that is
/// our compiler and calls us back would go on until the machine stands still.
void enter_nesting(const Environment &environment);

/// The variables that compilers and linkers read, as far as they change what is linked.
inline constexpr const char *link_variables[] = {
    "CCC_OVERRIDE_OPTIONS",  "COMPILER_PATH",  "CPATH",           "CPLUS_INCLUDE_PATH",
    "CXX_ALLOC_RUNTIME_DIR", "C_INCLUDE_PATH", "GCC_EXEC_PREFIX", "GNUTARGET",
    "LDEMULATION",           "LD_RUN_PATH",    "LIBRARY_PATH",    "PATH"};

/// While it lives, whatever is run is told that we only ask.
class Asking {
public:
  Asking();
  ~Asking();
  Asking(const Asking &) = delete;
  Asking &operator=(const Asking &) = delete;

private:
  std::string before_;
};

/// As deep as we let ourselves be nested.
inline constexpr unsigned deepest_nesting = 8;

}  // namespace cxx_alloc
