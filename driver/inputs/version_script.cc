// SPDX-License-Identifier: Apache-2.0
// Does a version script hide malloc? `{ local: *; }` on an executable links without a word, and then libstdc++'s
// memory, which came from glibc, is freed by jemalloc (bfd 2.40, lld 22, mold 1.10; gold re-exports). No flag cures it.
#include "inputs/version_script.h"

#include <llvm/ADT/SmallVector.h>
#include <llvm/Support/GlobPattern.h>
#include <llvm/Support/MemoryBuffer.h>

#include <string>

namespace cxx_alloc {
namespace {

constexpr llvm::StringRef needed[] = {"malloc",         "free",          "calloc", "realloc", "memalign",
                                      "posix_memalign", "aligned_alloc", "malloc_usable_size"};

struct Pattern {
  std::string text;
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
  bool local = false;
  int depth = 0, cxx_block_at = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::string &token = tokens[i];
    if (token == "{") {
      ++depth;
      if (depth == 1) local = false;
    } else if (token == "}") {
      if (depth == cxx_block_at) cxx_block_at = 0;
      --depth;
    } else if (token == "extern") {
      if (i + 1 < tokens.size() && tokens[++i] == "C++") cxx_block_at = depth + 1;
    } else if (token == ";" || token == ":") {
      continue;
    } else if (i + 1 < tokens.size() && tokens[i + 1] == ":" && (token == "local" || token == "global")) {
      local = token == "local";
    } else if (depth > 0 && !cxx_block_at) {
      patterns.push_back({token, local});
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

}  // namespace

bool hides_malloc(llvm::StringRef text) {
  llvm::SmallVector<Pattern, 0> patterns = patterns_of(text);
  for (llvm::StringRef symbol : needed) {
    int best = 0;
    bool hidden = false;
    for (const Pattern &pattern : patterns) {
      int found = strength(pattern.text, symbol);
      if (found > best || (found == best && found && pattern.local)) hidden = pattern.local;
      best = std::max(best, found);
    }
    if (hidden) return true;
  }
  return false;
}

bool script_file_hides_malloc(llvm::StringRef file) {
  auto buffer = llvm::MemoryBuffer::getFile(file);
  return buffer && hides_malloc((*buffer)->getBuffer());
}

}  // namespace cxx_alloc
