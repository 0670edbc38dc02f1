// SPDX-License-Identifier: Apache-2.0
// All that a decision rests on: what was asked for, what the inputs hold, and what a finished artifact told.
#pragma once

#include "words/output_kind.h"

#include <llvm/ADT/StringRef.h>

#include <optional>
#include <string>
#include <vector>

namespace cxx_alloc {

enum class Reason {
  output_default,
  flag,
  environment,
  linked_library,
  source_marker,
  user_symbols,
  sanitizer,
  no_default_libs,
  unavailable_for_target,
  hidden_by_version_script,
  not_in_artifact,
  not_a_link,
};

/// The spelling of JSON: "output-default", …
llvm::StringRef to_string(Reason reason);

/// Somebody asks for an allocator: by a flag's value, by -lalloc_system, by a header that a source includes.
struct Request {
  std::string allocator;  ///< its name, "auto" or "none"
  std::string word;       ///< what says so, as an error names it: "--allocator=jemalloc", "-lalloc_system", "main.o"
};

/// A malloc that is physically linked and cannot be overridden.
struct Provider {
  Reason reason = Reason::user_symbols;  ///< linked_library, user_symbols or sanitizer
  std::string word;                      ///< file or word: "-ltcmalloc", "my_malloc.o", "-fsanitize=address"
  std::string via = {};                  ///< the shared library on the link line that needs `word`, or empty
  std::string symbol = "malloc";         ///< what it defines, as far as it was seen
  bool is_certain = true;                ///< false for a member of an archive, which the linker may not take
  bool is_compiled_in = false;           ///< seen in the artifact `word`
};

/// The compiler's code is optimized when all of it is linked.
struct Lto {
  std::string word;           ///< "-flto=thin"
  std::string compiler = {};  ///< "clang-22.1.8", or empty where it does not say
  std::string obstacle = {};  ///< a word or circumstance that keeps what is ours out of it, or empty
};

struct Facts {
  Output output = Output::none;
  std::string not_a_link = {};                 ///< the word that stops before the link
  std::optional<Request> flag = {};            ///< --allocator=
  std::optional<Request> environment = {};     ///< CXX_ALLOC
  std::optional<Request> library = {};         ///< -lalloc_<name>
  std::optional<Request> source_request = {};  ///< #include <cxx_alloc/use_<name>.h>
  std::optional<Request> carrier = {};         ///< a static library that carries an allocator for whoever links it
  std::optional<Request> second_request = {};  ///< another library or source that names a different allocator
  std::optional<Provider> provider = {};
  std::vector<std::string> shims = {};  ///< functions of the family that the user defines on top of malloc
  std::string no_libc_word = {};        ///< why libc is not linked, or empty
  std::string foreign_libc = {};        ///< the libc that is linked instead of glibc, or empty
  std::string hiding = {};              ///< a script or an artifact that hides malloc from shared libraries, or empty
  std::string lost = {};                ///< an artifact that does not hold the malloc that was linked, or empty
  std::string target = {};              ///< "x86_64-linux-gnu"
  bool links_cxx_runtime = false;       ///< libstdc++ or libc++ is on the link line
  bool calls_operators = false;         ///< something uses operator new or delete, as far as can be seen
  bool users_operators = false;         ///< the user's code defines some of them
  std::optional<Lto> lto = {};
  std::vector<std::string> wraps = {};  ///< --wrap of functions of malloc's family
};

/// An answer of an artifact. `unknown`: it does not tell.
enum class Answer { unknown, no, yes };

/// What a finished artifact tells of itself.
struct Evidence {
  bool is_written = false;                        ///< by this link, and an ELF file that could be read
  Output output = Output::none;                   ///< executable or shared_library; none where it cannot be told
  bool is_started = false;                        ///< it has an interpreter, and room for a debugger
  Answer malloc_is_users = Answer::unknown;       ///< a function of the family that ours defines too is the user's
  std::vector<std::string> users_functions = {};  ///< … these
  Answer operators_are_users = Answer::unknown;
  Answer exports_malloc = Answer::unknown;  ///< … all of the family; asked of a program that loads shared libraries
  std::vector<std::string> missing =
      {};  ///< functions of the family that nobody but libc defines in the artifact itself
  std::vector<std::string> requests = {};  ///< the allocators that its sources ask for
};

}  // namespace cxx_alloc
