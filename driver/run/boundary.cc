// SPDX-License-Identifier: Apache-2.0
// Which functions of a shared library hand memory over? Told by the types in their mangled names.
#include "run/boundary.h"

#include "run/artifact.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Demangle/Demangle.h>
#include <llvm/Object/ELF.h>

#include <cstdlib>
#include <memory>
#include <set>

namespace cxx_alloc {
namespace {

/// Templates that free with operator delete what somebody else may have allocated. shared_ptr carries its deleter
/// along; std::pair and its like own what is named inside them.
constexpr llvm::StringRef owners[] = {
    "any",
    "basic_istringstream",
    "basic_ostringstream",
    "basic_string",
    "basic_stringstream",
    "copyable_function",
    "deque",
    "flat_map",
    "flat_multimap",
    "flat_multiset",
    "flat_set",
    "forward_list",
    "function",
    "generator",
    "hive",
    "indirect",
    "list",
    "map",
    "move_only_function",
    "multimap",
    "multiset",
    "path",
    "polymorphic",
    "priority_queue",
    "queue",
    "set",
    "stack",
    "unique_ptr",
    "unordered_map",
    "unordered_multimap",
    "unordered_multiset",
    "unordered_set",
    "valarray",
    "vector",
};

/// std::string is an owner; std::pair<int, int> is not, std::pair<int, std::string> is.
bool owns_memory(llvm::StringRef type) {
  for (size_t at = type.find("std::"); at != llvm::StringRef::npos; at = type.find("std::", at + 1)) {
    llvm::StringRef name = type.drop_front(at + 5);
    constexpr llvm::StringRef inner_namespaces[] = {"__1::", "__debug::", "__fs::", "filesystem::", "__cxx11::"};
    for (llvm::StringRef inner : inner_namespaces) name.consume_front(inner);
    name = name.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
    if (name == "string" || llvm::is_contained(owners, name)) return true;
  }
  return false;
}

/// The parameters of "(A, B<C, D>, E)".
llvm::SmallVector<llvm::StringRef, 8> split_parameters(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef, 8> parameters;
  if (!text.consume_front("(") || !text.consume_back(")")) return parameters;
  int depth = 0;
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '<' || c == '(' || c == '[' || c == '{') ++depth;
    if (c == '>' || c == ')' || c == ']' || c == '}') --depth;
    if (c != ',' || depth != 0) continue;
    parameters.push_back(text.slice(start, i).trim());
    start = i + 1;
  }
  parameters.push_back(text.drop_front(start).trim());
  return parameters;
}

using Text = std::unique_ptr<char, decltype(&std::free)>;

}  // namespace

bool hands_memory_over(llvm::StringRef mangled) {
  llvm::ItaniumPartialDemangler demangler;
  std::string name = mangled.str();
  if (!mangled.starts_with("_Z") || demangler.partialDemangle(name.c_str()) || !demangler.isFunction()) return false;
  // The library's own copies of std:: functions are nobody's interface: St, Ss and the like, in whatever they are
  // nested.
  llvm::StringRef scope = mangled.drop_front(2).ltrim("ZNKVrRO");
  if (scope.starts_with("S") || scope.starts_with("9__gnu_cxx")) return false;
  size_t size = 0;
  Text parameters(demangler.getFunctionParameters(nullptr, &size), std::free);
  return parameters && llvm::any_of(split_parameters(parameters.get()), [](llvm::StringRef type) {
           return owns_memory(type) && !type.ends_with("const&") && !type.ends_with("const*");
         });
}

Boundary examine_boundary(const std::string &file) {
  Boundary boundary;
  std::set<std::string> names;  // a constructor has two mangled ones
  for (const std::string &name : exported_functions(file))
    if (hands_memory_over(name)) names.insert(llvm::demangle(name));
  if (!names.empty()) boundary.first = *names.begin();
  boundary.count = names.size();
  return boundary;
}

}  // namespace cxx_alloc
