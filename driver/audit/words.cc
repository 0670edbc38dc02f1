// SPDX-License-Identifier: Apache-2.0
// An option that would have no effect is an error: --allocator=jemalloc is easily written for
// --allocator-expect=jemalloc, and a check that checks nothing succeeds for ever.
#include "audit/words.h"

#include "message.h"
#include "words/allocators.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>

namespace cxx_alloc::audit {
namespace {

/// The names that `allocator` can have.
std::vector<llvm::StringRef> allocator_names() {
  std::vector<llvm::StringRef> names{"jemalloc", "tcmalloc", "mimalloc", "system", "user",      "sanitizer",
                                     "scudo",    "snmalloc", "rpmalloc", "hoard",  "tbbmalloc", "none"};
  for (const Allocator &allocator : allocators())
    if (!llvm::is_contained(names, allocator.name)) names.push_back(allocator.name);
  return names;
}

llvm::Error check_expected(llvm::StringRef name, llvm::ArrayRef<llvm::StringRef> names) {
  if (llvm::is_contained(names, name)) return llvm::Error::success();
  llvm::StringRef near = nearest_spelling(name, names);
  return make_error("--allocator-expect=" + name, "unknown allocator",
                    near.empty() ? "the names are " + llvm::join(names, ", ") : ("did you mean '" + near + "'?").str());
}

llvm::Error refuse_link_word(llvm::StringRef word, llvm::ArrayRef<llvm::StringRef> names) {
  std::string what_to_do = "leave it out";
  if (llvm::StringRef name = word; name.consume_front("--allocator="))
    what_to_do = "write --allocator-expect=" + (llvm::is_contained(names, name) ? name.str() : "NAME") +
                 " if every executable must have it";
  else if (word == "--print-allocator=json")
    what_to_do = "write --allocator-audit=json for the audit as JSON";
  return make_error(word, "an audit compiles and links nothing", what_to_do);
}

llvm::Error check_options(const OwnOptions &options) {
  std::vector<llvm::StringRef> names = allocator_names();
  if (options.expect)
    if (auto error = check_expected(*options.expect, names)) return error;
  if (options.other_expect)
    return make_error("--allocator-expect=" + *options.other_expect,
                      "contradicts --allocator-expect=" + *options.expect, "write one of them for each audit");
  if (!options.other_audit_form.empty())
    return make_error("--allocator-audit=" + options.other_audit_form,
                      "contradicts --allocator-audit=" + options.audit_form, "write one of them for each audit");
  return options.link_word.empty() ? llvm::Error::success() : refuse_link_word(options.link_word, names);
}

}  // namespace

std::optional<unsigned long> process_number(llvm::StringRef word) {
  unsigned long number;
  if (word.empty() || !llvm::isDigit(word.front()) || word.getAsInteger(10, number)) return std::nullopt;
  return number;
}

llvm::Expected<std::vector<std::string>> read_words(const OwnOptions &options, llvm::ArrayRef<const char *> words) {
  if (auto error = check_options(options)) return error;
  std::vector<std::string> named;
  bool only_paths_follow = false;
  for (llvm::StringRef word : words) {
    if (!only_paths_follow && word == "--")
      only_paths_follow = true;
    else if (!only_paths_follow && word.starts_with("-"))
      return make_error(word, "not a path",
                        "write ./" + word + " for a file of that name; an audit has no other options");
    else
      named.push_back(word.str());
  }
  if (named.empty())
    return make_error("--allocator-audit", "nothing to look at", "name files, folders or processes (by number)");
  return named;
}

}  // namespace cxx_alloc::audit
