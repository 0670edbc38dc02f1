// SPDX-License-Identifier: Apache-2.0
// What a linker script says of inputs and symbols (GNU ld 2.40 manual, "Linker Scripts"). Most scripts that end up as
// inputs are three lines long, like glibc's libc.so. SECTIONS is walked for the symbols that it assigns.
#include "inputs/scan_internal.h"

#include <llvm/ADT/StringSwitch.h>

namespace cxx_alloc::scan {

namespace {

using llvm::StringRef;

class Tokens {
public:
  explicit Tokens(StringRef text) : text(text) {}

  // The next word, quoted string (without its quotes) or one of `(){},;`; empty at the end.
  StringRef next() {
    skip_blanks();
    if (text.empty()) return {};
    if (text.front() == '"') {
      text = text.drop_front();
      StringRef word = text.take_until([](char c) { return c == '"'; });
      text = text.drop_front(std::min(word.size() + 1, text.size()));
      return word.empty() ? next() : word;
    }
    size_t length = text.find_first_of(" \t\r\n\v\f(){},;\"");
    length = length == 0 ? 1 : std::min(length, text.size());
    StringRef word = text.take_front(length);
    text = text.drop_front(length);
    return word;
  }

  StringRef peek() const {
    Tokens copy = *this;
    return copy.next();
  }

  // What stands between the `{` at hand and the `}` that closes it, as it is written; empty without one.
  StringRef take_block() {
    if (peek() != "{") return {};
    next();
    StringRef begin = text;
    unsigned depth = 1;
    while (true) {
      size_t before = text.size();
      StringRef token = next();
      depth += token == "{" ? 1 : 0;
      depth -= token == "}" ? 1 : 0;
      if (token.empty() || depth == 0)
        return begin.drop_back(token.empty() ? text.size() : std::min(begin.size(), before));
    }
  }

private:
  void skip_blanks() {
    for (;;) {
      text = text.ltrim(" \t\r\n\v\f");
      if (!text.starts_with("/*")) return;
      size_t end = text.find("*/", 2);
      text = end == StringRef::npos ? StringRef() : text.drop_front(end + 2);
    }
  }

  StringRef text;
};

// Collects the words up to the parenthesis that closes the one at hand.
void read_list(Tokens &tokens, std::vector<std::string> &words) {
  if (tokens.peek() != "(") return;
  unsigned depth = 0;
  for (StringRef token = tokens.next(); !token.empty(); token = tokens.next()) {
    if (token == "(")
      ++depth;
    else if (token == ")" && --depth == 0)
      return;
    else if (token != ")" && token != "," && token != "AS_NEEDED")
      words.push_back(token.str());
  }
}

// `malloc = my_malloc`, `malloc=my_malloc`, `malloc += 1`: the symbol, or nothing. `token` has been taken, the rest has
// not.
StringRef assigned_symbol(StringRef token, const Tokens &rest) {
  size_t equals = token.find('=');
  if (equals == StringRef::npos) {
    StringRef after = rest.peek();
    bool assigns = after.starts_with("=")
                       ? !after.starts_with("==")
                       : after.size() > 1 && after[1] == '=' && after[0] != '!' && after[0] != '<' && after[0] != '>';
    return assigns ? token : StringRef();
  }
  if (equals == 0 || token.substr(equals).starts_with("==")) return {};
  return token.take_front(equals).rtrim("+-*/&|<>^");
}

// The statements of SECTIONS, at whatever depth: what matters is written alike in all of them.
void read_sections(StringRef text, LinkerScript &script) {
  Tokens tokens(text);
  for (StringRef token = tokens.next(); !token.empty(); token = tokens.next()) {
    if (token == "INCLUDE")
      script.inputs.push_back(tokens.next().str());
    else if (StringRef symbol = assigned_symbol(token, tokens); !symbol.empty())
      script.assigned_symbols.push_back(symbol.str());
  }
}

// Commands that say nothing of what is linked, or of who sees it. All of them take a list in parentheses.
bool is_harmless(StringRef command) {
  return llvm::StringSwitch<bool>(command)
      .Cases({"ENTRY", "OUTPUT_ARCH", "TARGET", "EXTERN", "ASSERT", "FORCE_COMMON_ALLOCATION",
              "INHIBIT_COMMON_ALLOCATION"},
             true)
      .Cases({"NOCROSSREFS", "NOCROSSREFS_TO", "LD_FEATURE", "FORCE_GROUP_ALLOCATION", "REGION_ALIAS"}, true)
      .Default(false);
}

}  // namespace

LinkerScript parse_linker_script(StringRef text) {
  LinkerScript script;
  Tokens tokens(text);
  while (!tokens.peek().empty()) {
    std::vector<std::string> list;
    if (tokens.peek() == "{") {
      script.is_understood = false;
      read_sections(tokens.take_block(), script);
      continue;
    }
    StringRef token = tokens.next();
    if (token == "INPUT" || token == "GROUP" || token == "AS_NEEDED" || token == "STARTUP") {
      read_list(tokens, script.inputs);
    } else if (token == "SEARCH_DIR") {
      read_list(tokens, script.search_directories);
    } else if (token == "INCLUDE") {
      script.inputs.push_back(tokens.next().str());
    } else if (token == "OUTPUT_FORMAT") {  // one; or default, big-endian, little-endian
      read_list(tokens, list);
      if (!list.empty()) script.output_format = list.front();
    } else if (token == "VERSION") {
      script.versions.push_back(tokens.take_block().str());
    } else if (token == "SECTIONS") {
      script.has_sections = true;
      read_sections(tokens.take_block(), script);
    } else if (token == "PHDRS" || token == "MEMORY") {
      tokens.take_block();
    } else if (token == "PROVIDE" || token == "PROVIDE_HIDDEN" || token == "HIDDEN") {
      read_list(tokens, list);
      if (!list.empty()) script.assigned_symbols.push_back(assigned_symbol(list.front(), Tokens("=")).str());
    } else if (is_harmless(token)) {
      if (tokens.peek() == "(") read_list(tokens, list);
    } else if (token == "INSERT") {  // AFTER or BEFORE an output section: the linker's own script stays
      tokens.next();
      tokens.next();
    } else if (StringRef symbol = assigned_symbol(token, tokens); !symbol.empty()) {
      script.assigned_symbols.push_back(symbol.str());
      while (!tokens.peek().empty() && tokens.peek() != ";") tokens.next();
    } else if (token != ";" && token != ",") {
      script.is_understood = false;
    }
  }
  return script;
}

}  // namespace cxx_alloc::scan
