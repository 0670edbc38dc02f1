// SPDX-License-Identifier: Apache-2.0
// Which allocator does the artifact get, and why? A pure function; policy.cc holds the table.
#pragma once

#include "words/output_kind.h"

#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Error.h>

#include <optional>
#include <string>

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
  not_a_link,
};

/// The spelling of JSON: "output-default", …
llvm::StringRef to_string(Reason reason);

/// Somebody names an allocator: a flag's value, -lalloc_system, a marker in an object.
struct Ask {
  std::string allocator;  ///< its name, "auto" or "none"
  std::string word;       ///< what says so, as an error names it: "--allocator=jemalloc", "-lalloc_system", "main.o"
};

/// A malloc that is physically linked and cannot be overridden.
struct Provider {
  Reason reason = Reason::user_symbols;  ///< linked_library, user_symbols or sanitizer
  std::string word;                      ///< file or word: "-ltcmalloc", "my_malloc.o", "-fsanitize=address"
  std::string via = {};                  ///< the shared library on the link line that needs `word`, or empty
};

/// All that the decision rests on.
struct Facts {
  Output output = Output::none;
  std::string not_a_link;              ///< the word that stops before the link
  std::optional<Ask> flag;             ///< --allocator=
  std::optional<Ask> environment;      ///< CXX_ALLOC
  std::optional<Ask> library;          ///< -lalloc_<name>
  std::optional<Ask> source_marker;    ///< #include <cxx_alloc/use_<name>.h>
  std::string carrier;                 ///< a static library that carries a jemalloc for whoever links it, or empty
  std::optional<Ask> second_ask;       ///< another library or marker that names a different allocator
  std::optional<Provider> provider;
  std::string no_libc_word;            ///< why libc is not linked, or empty
  std::string hiding_script;           ///< a version script that would hide malloc from shared libraries, or empty
  std::string target;                  ///< "x86_64-linux-gnu"
};

struct Decision {
  std::string allocator;  ///< an allocator's name, "user" or "none"
  Reason reason = Reason::output_default;
  std::string detail;     ///< one sentence naming the culprit
  std::string provider;   ///< the user's file or word, or empty
  std::string by_hand;    ///< the flag or variable that asks for `allocator`, or empty
  std::string notice;     ///< one line for stderr, where something the user may count on did not happen; or empty
};

/// `available` tells whether a runtime object of an allocator is there for the output and target of `facts`.
llvm::Expected<Decision> decide(const Facts &facts, llvm::function_ref<bool(llvm::StringRef allocator)> available);

}  // namespace cxx_alloc
