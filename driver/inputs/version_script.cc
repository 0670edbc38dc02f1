// SPDX-License-Identifier: Apache-2.0
// Does a version script hide malloc? `{ local: *; }` on an executable links without a word, and then libstdc++'s
// memory, which came from glibc, is freed by our allocator. Measured with GNU ld 2.40, gold 1.16, lld 22 and mold 1.10:
// - a local pattern hides. gold still exports what the shared libraries of the link refer to: a part of the family;
// - a global pattern in a node with a name gives malloc that version. The C library refers to malloc@GLIBC_2.2.5, so
// the
//   dynamic linker passes malloc@@V1 over; GNU ld and gold do not even export it;
// - a global pattern in a node without a name hides with GNU ld, unless --export-dynamic or its like says otherwise.
#include "inputs/version_script.h"

#include "words/symbol_names.h"

#include <llvm/ADT/SmallVector.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/GlobPattern.h>
#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>
#include <string>

namespace cxx_alloc {
namespace {

struct Pattern {
  std::string text;
  std::string node;  ///< "V1", or empty
  bool local;
};

/// Comments away; braces, semicolons and colons stand alone.
llvm::SmallVector<std::string, 0> tokens_of(llvm::StringRef text) {
  llvm::SmallVector<std::string, 0> tokens;
  std::string word;
  auto end_word = [&] {
    if (!word.empty()) tokens.push_back(std::move(word));
    word.clear();
  };
  while (!text.empty()) {
    if (text.consume_front("/*")) {
      end_word();
      text = text.substr(text.find("*/")).drop_front(text.contains("*/") ? 2 : 0);
    } else if (text[0] == '#') {
      end_word();
      text = text.drop_until([](char c) { return c == '\n'; });
    } else if (text[0] == '"') {
      auto [quoted, rest] = text.drop_front().split('"');
      word += quoted;
      text = rest;
    } else {
      char c = text[0];
      text = text.drop_front();
      if (c == '{' || c == '}' || c == ';' || (c == ':' && !text.starts_with(":"))) {
        end_word();
        tokens.push_back(std::string(1, c));
      } else if (c == ':') {  // a::b of an extern "C++" block
        word += "::";
        text = text.drop_front();
      } else if (isspace((unsigned char)c)) {
        end_word();
      } else {
        word += c;
      }
    }
  }
  end_word();
  return tokens;
}

/// The patterns for C names. Those in extern "C++" blocks name demangled symbols, which malloc is not.
llvm::SmallVector<Pattern, 0> patterns_of(llvm::StringRef text) {
  llvm::SmallVector<Pattern, 0> patterns;
  llvm::SmallVector<std::string, 0> tokens = tokens_of(text);
  std::string node;
  bool local = false;
  int depth = 0, cxx_block_at = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::string &token = tokens[i];
    bool is_name = token != ";" && token != ":";
    if (token == "{") {
      ++depth;
      if (depth == 1) local = false;
    } else if (token == "}") {
      if (depth == cxx_block_at) cxx_block_at = 0;
      if (--depth == 0) node.clear();
    } else if (token == "extern") {
      ++i;
      if (i < tokens.size() && tokens[i] == "C++") cxx_block_at = depth + 1;
    } else if (is_name && i + 1 < tokens.size() && tokens[i + 1] == ":" && (token == "local" || token == "global")) {
      local = token == "local";
    } else if (is_name && depth == 0) {
      bool opens_node = i + 1 < tokens.size() && tokens[i + 1] == "{";
      node = opens_node ? token : "";  // else a node's parent: "} V1;"
    } else if (is_name && !cxx_block_at) {
      patterns.push_back({token, node, local});
    }
  }
  return patterns;
}

/// How strongly `pattern` speaks of `symbol`: not at all, as "*", as a glob, by name. The strongest decides.
int strength(const std::string &pattern, llvm::StringRef symbol) {
  if (pattern == symbol) return 3;
  if (pattern == "*") return 1;
  auto glob = llvm::GlobPattern::create(pattern);
  if (!glob) {
    llvm::consumeError(glob.takeError());
    return 0;
  }
  return glob->match(symbol) ? 2 : 0;
}

Hiding hiding_by(const Pattern &pattern, Linker linker) {
  if (pattern.local) return Hiding::yes;
  // The node could be the very version that the C library asks for.
  if (!pattern.node.empty()) return llvm::StringRef(pattern.node).starts_with("GLIBC_") ? Hiding::unknown : Hiding::yes;
  if (linker == Linker::bfd) return Hiding::unless_exported;
  return linker == Linker::unknown ? Hiding::unknown : Hiding::no;
}

}  // namespace

Hiding hiding_of(llvm::StringRef text, Linker linker) {
  llvm::SmallVector<Pattern, 0> patterns = patterns_of(text);
  Hiding worst = Hiding::no;
  for (const MallocFunction &function : malloc_family()) {
    if (!function.is_offered()) continue;
    const Pattern *strongest = nullptr;
    int best = 0;
    for (const Pattern &pattern : patterns) {
      int found = strength(pattern.text, function.name);
      if (found > best || (found == best && found && pattern.local)) strongest = &pattern;
      best = std::max(best, found);
    }
    if (strongest) worst = std::max(worst, hiding_by(*strongest, linker));
  }
  return worst;
}

Hiding hiding_of_file(llvm::StringRef file, Linker linker) {
  llvm::sys::fs::file_status status;
  if (llvm::sys::fs::status(file, status)) return Hiding::no;  // the linker will speak of it
  if (!llvm::sys::fs::is_regular_file(status)) return Hiding::unknown;
  auto buffer = llvm::MemoryBuffer::getFile(file);
  return buffer ? hiding_of((*buffer)->getBuffer(), linker) : Hiding::unknown;
}

}  // namespace cxx_alloc
