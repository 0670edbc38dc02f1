// SPDX-License-Identifier: Apache-2.0
#include "compare/record.h"

#include "message.h"
#include "paths.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/Path.h>

namespace cxx_alloc::compare {
namespace {

using llvm::StringRef;
using llvm::json::Object;

std::string absolute(StringRef file, StringRef directory) {
  llvm::SmallString<256> path(file);
  llvm::sys::path::make_absolute(directory, path);
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  return std::string(path);
}

std::string text_of(const Object &link, StringRef key) { return link.getString(key).value_or("").str(); }

std::vector<std::string> texts_of(const Object &object, StringRef key) {
  std::vector<std::string> texts;
  if (const auto *list = object.getArray(key))
    for (const auto &value : *list) texts.push_back(value.getAsString().value_or("").str());
  return texts;
}

/// One name for one file, however many paths lead to it.
bool is_same(StringRef one, StringRef other) {
  return one == other || (file_name(one) == file_name(other) && llvm::sys::fs::equivalent(one, other));
}

llvm::Expected<Record> read_link(const Object &link, StringRef log, StringRef program) {
  StringRef output = link.getString("output").value_or("");
  if (output != "executable")
    return make_error(program, "its link in " + log + " made no executable, but: " + output, "name an executable");
  const Object *again = link.getObject("again");
  if (!again)
    return make_error(log, "does not say how " + program + " is linked again",
                      "link it anew with CXX_ALLOC_LOG=" + log);
  Record record;
  record.artifact = absolute(text_of(link, "artifact"), text_of(link, "directory"));
  record.directory = text_of(link, "directory");
  record.allocator = text_of(link, "allocator");
  record.target = text_of(link, "target");
  record.compiler = texts_of(*again, "compiler");
  record.words = texts_of(*again, "words");
  record.options = texts_of(*again, "options");
  if (const Object *variables = again->getObject("environment"))
    for (const auto &[name, value] : *variables)
      record.environment.emplace_back(StringRef(name).str(), value.getAsString().value_or("").str());
  // The program's own choice would stand, whatever the flag says.
  if (record.allocator == "user" || record.allocator == "none")
    return make_error(program, "its link leaves no choice (" + text_of(link, "detail") + ")",
                      record.allocator == "user" ? "link it without that to compare"
                                                 : "link it without that word to compare");
  return record;
}

}  // namespace

llvm::Expected<Record> find_record(StringRef text, StringRef log, StringRef program, StringRef directory) {
  std::string wanted = absolute(program, directory);
  std::vector<std::string> artifacts;
  std::optional<Object> found;
  llvm::SmallVector<StringRef, 0> lines;
  text.split(lines, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/true);
  for (size_t number = 1; number <= lines.size(); ++number) {
    if (lines[number - 1].trim().empty()) continue;
    auto value = llvm::json::parse(lines[number - 1]);
    auto *link = value ? value->getAsObject() : nullptr;
    if (!value) llvm::consumeError(value.takeError());
    if (!link || link->getInteger("schema") != 1)
      return make_error(log, "line " + llvm::Twine(number) + " is none of a CXX_ALLOC_LOG",
                        "name the file that CXX_ALLOC_LOG wrote");
    std::string artifact = absolute(text_of(*link, "artifact"), text_of(*link, "directory"));
    if (is_same(artifact, wanted)) found = std::move(*link);
    artifacts.push_back(std::move(artifact));
  }
  if (found) return read_link(*found, log, program);
  // The same name in another folder, or a slip.
  for (const std::string &artifact : artifacts)
    if (file_name(artifact) == file_name(wanted))
      return make_error(program, log + " has no link of it", "did you mean '" + artifact + "'?");
  std::vector<StringRef> candidates(artifacts.begin(), artifacts.end());
  if (StringRef near = nearest_spelling(wanted, candidates); !near.empty())
    return make_error(program, log + " has no link of it", "did you mean '" + near + "'?");
  return make_error(program, log + " has no link of it", "link it once more with CXX_ALLOC_LOG=" + log);
}

}  // namespace cxx_alloc::compare
