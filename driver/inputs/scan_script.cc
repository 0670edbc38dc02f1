// SPDX-License-Identifier: Apache-2.0
// Which inputs does a linker script name? Most scripts that end up as inputs are three lines long, like glibc's
// libc.so; so INPUT, GROUP, AS_NEEDED, SEARCH_DIR, OUTPUT_FORMAT, INCLUDE and assignments are read (GNU ld 2.40 manual,
// "Commands Dealing with Files"), and all else is skipped.
#include "inputs/scan_internal.h"

namespace cxx_alloc::scan {

namespace {

class Tokens {
public:
  explicit Tokens(llvm::StringRef text) : text(text) {}

  // The next word, quoted string (without its quotes) or one of `(){},;`; empty at the end.
  llvm::StringRef next() {
    skip_blanks();
    if (text.empty())
      return {};
    if (text.front() == '"') {
      text = text.drop_front();
      llvm::StringRef word = text.take_until([](char c) { return c == '"'; });
      text = text.drop_front(std::min(word.size() + 1, text.size()));
      return word.empty() ? next() : word;
    }
    std::size_t length = text.find_first_of(" \t\r\n\v\f(){},;\"");
    length = length == 0 ? 1 : std::min(length, text.size());
    llvm::StringRef word = text.take_front(length);
    text = text.drop_front(length);
    return word;
  }

  llvm::StringRef peek() {
    Tokens copy = *this;
    return copy.next();
  }

private:
  void skip_blanks() {
    for (;;) {
      text = text.ltrim(" \t\r\n\v\f");
      if (!text.starts_with("/*"))
        return;
      std::size_t end = text.find("*/", 2);
      text = end == llvm::StringRef::npos ? llvm::StringRef() : text.drop_front(end + 2);
    }
  }

  llvm::StringRef text;
};

// Collects the words up to the parenthesis that closes the one at hand.
void read_list(Tokens &tokens, std::vector<std::string> &words) {
  if (tokens.peek() != "(")
    return;
  unsigned depth = 0;
  for (llvm::StringRef token = tokens.next(); !token.empty(); token = tokens.next()) {
    if (token == "(")
      ++depth;
    else if (token == ")" && --depth == 0)
      return;
    else if (token != ")" && token != "," && token != "AS_NEEDED")
      words.push_back(token.str());
  }
}

void skip_block(Tokens &tokens) {
  unsigned depth = 1;
  for (llvm::StringRef token = tokens.next(); !token.empty() && depth != 0;) {
    depth += token == "{" ? 1 : 0;
    depth -= token == "}" ? 1 : 0;
    if (depth != 0)
      token = tokens.next();
  }
}

}  // namespace

LinkerScript parse_linker_script(llvm::StringRef text) {
  LinkerScript script;
  Tokens tokens(text);
  for (llvm::StringRef token = tokens.next(); !token.empty(); token = tokens.next()) {
    if (token == "INPUT" || token == "GROUP" || token == "AS_NEEDED") {
      read_list(tokens, script.inputs);
    } else if (token == "SEARCH_DIR") {
      read_list(tokens, script.search_directories);
    } else if (token == "INCLUDE") {
      script.inputs.push_back(tokens.next().str());
    } else if (token == "OUTPUT_FORMAT") {
      std::vector<std::string> formats;  // one; or default, big-endian, little-endian
      read_list(tokens, formats);
      if (!formats.empty())
        script.output_format = formats.front();
    } else if (token == "{") {
      skip_block(tokens);
    } else if (std::size_t equals = token.find('='); equals != llvm::StringRef::npos && equals != 0) {
      script.assigned_symbols.push_back(token.take_front(equals).str());
    } else if (llvm::StringRef after = tokens.peek(); after.starts_with("=") && !after.starts_with("==")) {
      script.assigned_symbols.push_back(token.str());
    }
  }
  return script;
}

}  // namespace cxx_alloc::scan
