// SPDX-License-Identifier: Apache-2.0
// Which words of a command line are ours? They may stand anywhere, compile steps and `@files` included, because
// build systems put link flags where they like (Meson moves a long command line into one file, flags and all).
#include "words/own_options.h"

#include "message.h"
#include "words/allocators.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/Support/CommandLine.h>

#include <sys/stat.h>

namespace cxx_alloc {
namespace {

constexpr llvm::StringRef own_words[] = {"--allocator=",
                                         "--allocator-conf=",
                                         "--allocator-profile",
                                         "--print-allocator",
                                         "--print-allocator=json",
                                         "--allocator-help",
                                         "--allocator-version",
                                         "--allocator-audit",
                                         "--allocator-audit=json",
                                         "--allocator-audit=html",
                                         "--allocator-audit=library-path",
                                         "--allocator-compare",
                                         "--allocator-compare=json",
                                         "--allocator-expect="};

bool is_own(llvm::StringRef word) { return word.starts_with("--allocator") || word.starts_with("--print-allocator"); }

/// --allocator-audit and the words behind it, which add up: =json, =html, =library-path.
llvm::Error take_audit(llvm::StringRef word, llvm::StringRef value, OwnOptions &own) {
  auto choose = [&](OwnOptions::Audit form, llvm::StringRef part) {
    if (!own.audit_form.empty() && form != own.audit)
      own.other_audit_form = part;
    else
      own.audit = form, own.audit_form = part;
  };
  if (own.audit == OwnOptions::Audit::none) own.audit = OwnOptions::Audit::text;
  if (value.empty()) return llvm::Error::success();
  llvm::SmallVector<llvm::StringRef, 4> parts;
  value.drop_front().split(parts, ',');
  for (llvm::StringRef part : parts) {
    if (part == "json")
      choose(OwnOptions::Audit::json, part);
    else if (part == "html")
      choose(OwnOptions::Audit::html, part);
    else if (part == "text")
      choose(OwnOptions::Audit::text, part);
    else if (part == "library-path")
      own.audit_library_path = true;
    else
      return make_error(word, "unknown form of the audit", "write text, json or html, and library-path behind a comma");
  }
  return llvm::Error::success();
}

bool is_about_a_link(llvm::StringRef word) {
  return word.starts_with("--allocator=") || word.starts_with("--allocator-conf=") || word == "--allocator-profile" ||
         word.starts_with("--print-allocator");
}

/// `audits`: an audit refuses --allocator= whatever its value is, and knows more names.
llvm::Error take(llvm::StringRef word, OwnOptions &own, bool audits) {
  if (own.link_word.empty() && is_about_a_link(word)) own.link_word = word;
  if (llvm::StringRef value = word; value.consume_front("--allocator=")) {
    auto request = parse_request(value, word);
    if (request)
      own.allocator = *request;
    else if (audits)
      llvm::consumeError(request.takeError());
    else
      return request.takeError();
  } else if (value.consume_front("--allocator-conf=")) {
    // A project's options and a target's add up; an allocator takes the last word on each key.
    own.conf = value.empty() || own.conf.empty() ? value.str() : own.conf + "," + value.str();
  } else if (word == "--allocator-profile") {
    own.profile = true;
  } else if (word == "--print-allocator") {
    own.print = OwnOptions::Print::text;
  } else if (word == "--print-allocator=json") {
    own.print = OwnOptions::Print::json;
  } else if (value.consume_front("--allocator-audit") && (value.empty() || value.starts_with("="))) {
    return take_audit(word, value, own);
  } else if (value = word; value.consume_front("--allocator-expect=")) {
    if (own.expect && *own.expect != value)
      own.other_expect = value;
    else
      own.expect = value;
  } else if (word == "--allocator-help") {
    own.help = true;
  } else if (word == "--allocator-version") {
    own.version = true;
  } else if (word == "--allocator-compare" || word == "--allocator-compare=json") {
    return make_error(word, "must be the first word", "write cxx-alloc " + word + " LOG PROGRAM -- WORDS...");
  } else if (word == "--allocator-launch") {
    return make_error(word, "must be the first word, and a compiler the second",
                      "write cxx-alloc --allocator-launch COMPILER ARGS...");
  } else if (llvm::is_contained(own_words, (word + "=").str())) {
    return make_error(word, "has no value", "write " + word + "=VALUE, in one word");
  } else {
    llvm::StringRef near = nearest_spelling(word, own_words);
    if (near.empty()) return make_error(word, "unknown option", "see cxx-alloc --allocator-help");
    return make_error(word, "unknown option", "did you mean '" + near + "'?");
  }
  return llvm::Error::success();
}

}  // namespace

std::optional<OwnOptions::Compare> parse_compare(llvm::ArrayRef<const char *> args) {
  if (args.empty()) return std::nullopt;
  llvm::StringRef word = args[0];
  if (word == "--allocator-compare") return OwnOptions::Compare::text;
  if (word == "--allocator-compare=json") return OwnOptions::Compare::json;
  return std::nullopt;
}

bool reads_a_pipe(llvm::ArrayRef<const char *> args) {
  return llvm::any_of(args, [](const char *arg) {
    struct stat status;
    return arg[0] == '@' && stat(arg + 1, &status) == 0 && !S_ISREG(status.st_mode);
  });
}

llvm::Expected<SplitCommand> split_command(llvm::ArrayRef<const char *> args, llvm::StringSaver &saver) {
  SplitCommand split;
  bool only_files_follow = false;
  bool audits = llvm::any_of(args, [](llvm::StringRef word) { return word.starts_with("--allocator-audit"); });
  auto add = [&](const char *word, Words &kept) -> llvm::Error {
    if (!only_files_follow && is_own(word)) return take(word, split.own, audits);
    if (llvm::StringRef(word) == "--") only_files_follow = true;  // clang's; g++ 12 refuses the word
    kept.push_back(word);
    return llvm::Error::success();
  };

  for (const char *arg : args) {
    if (arg[0] != '@') {
      size_t before = split.expanded.size();
      if (auto error = add(arg, split.expanded)) return error;
      split.forwarded.append(split.expanded.begin() + before, split.expanded.end());
      continue;
    }
    // Nested files are found from the current directory, not from the including file, in g++ 12 and clang 22 alike.
    llvm::SmallVector<const char *, 0> file_words{arg};
    llvm::cl::ExpansionContext context(saver.getAllocator(), llvm::cl::TokenizeGNUCommandLine);
    // An unreadable file or a cycle is the compiler's to report: the word then stays as it is.
    if (auto error = context.expandResponseFiles(file_words)) {
      llvm::consumeError(std::move(error));
      file_words.assign(1, arg);
    }
    size_t before = split.expanded.size();
    for (const char *word : file_words)
      if (auto error = add(word, split.expanded)) return error;
    // Reading a pipe (`@<(…)` of a shell) takes its words away from the compiler, so they are handed on as words.
    if (split.expanded.size() - before == file_words.size() && !reads_a_pipe(arg)) {
      split.forwarded.push_back(arg);
    } else {
      split.opened_file = true;
      split.forwarded.append(split.expanded.begin() + before, split.expanded.end());
    }
  }
  return split;
}

}  // namespace cxx_alloc
