// SPDX-License-Identifier: Apache-2.0
// How an outcome is told to people and programs.
#include "run/explain.h"

#include "link/runtime_objects.h"
#include "words/allocators.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/Program.h>
#include <llvm/Support/raw_ostream.h>

#include <cstdlib>

namespace cxx_alloc {
namespace {

/// File names need not be UTF-8; JSON must be.
llvm::json::Value text_value(llvm::StringRef text) { return llvm::json::fixUTF8(text); }

llvm::StringRef spoken(Output output) {
  switch (output) {
  case Output::none: return "no link";
  case Output::executable: return "executable";
  case Output::shared_library: return "shared library";
  case Output::static_library: return "static library";
  case Output::relocatable: return "relocatable";
  }
  return "";
}

llvm::json::Value text_or_null(llvm::StringRef text) {
  return text.empty() ? llvm::json::Value(nullptr) : text_value(text);
}

/// Of the allocator that the artifact gets, or null.
llvm::json::Value version_value(llvm::StringRef allocator) {
  const Allocator *ours = find_allocator(allocator);
  return text_or_null(ours ? ours->version : "");
}

/// Null where nobody asks for LTO.
llvm::json::Value inlined_value(const Outcome &outcome) {
  const Inlining &inlining = outcome.decision.inlining;
  return inlining.is_asked ? llvm::json::Value(inlining.happens()) : llvm::json::Value(nullptr);
}

/// "jemalloc 5.3.1, inlined"
std::string allocator_text(const Outcome &outcome) {
  return name_and_version(outcome.decision.allocator) + (outcome.decision.inlining.happens() ? ", inlined" : "");
}

std::string current_directory() {
  llvm::SmallString<256> directory;
  return llvm::sys::fs::current_path(directory) ? "" : std::string(directory);
}

/// What a repetition of the link takes: the words without ours, our options, and the variables that compilers and
/// linkers read.
llvm::json::Value again_value(const Job &job, Output output) {
  if (output == Output::none || job.compiler.words.empty()) return nullptr;
  llvm::json::Array compiler{text_value(job.compiler.file)}, words, options;
  for (const char *word : llvm::ArrayRef(job.compiler.words).drop_front()) compiler.push_back(text_value(word));
  for (const char *word : job.expanded) words.push_back(text_value(word));
  if (!job.own.conf.empty()) options.push_back(text_value("--allocator-conf=" + job.own.conf));
  if (job.own.profile) options.push_back("--allocator-profile");
  llvm::json::Object variables;
  for (const char *name : link_variables)
    if (const char *value = std::getenv(name)) variables[name] = text_value(value);
  return llvm::json::Object{{"compiler", std::move(compiler)},
                            {"words", std::move(words)},
                            {"options", std::move(options)},
                            {"environment", std::move(variables)}};
}

/// What is said now is what the artifact will tell.
bool is_certain(const Outcome &outcome) { return outcome.is_verified || outcome.link.is_certain; }

/// A line for each allocator that has something to say of it.
std::string lines_about(llvm::StringRef Allocator::*text) {
  std::string lines;
  for (const Allocator &allocator : allocators())
    if (!(allocator.*text).empty())
      lines += (llvm::Twine("                          ") + allocator.name + ": " + allocator.*text + "\n").str();
  return lines;
}

std::string summaries() {
  std::string lines;
  for (const Allocator &allocator : allocators()) {
    std::string option = ("  --allocator=" + allocator.name).str();
    option.resize(std::max(option.size() + 2, size_t(24)), ' ');
    lines += (option + allocator.summary + "\n").str();
  }
  return lines;
}

}  // namespace

std::string to_json(const Job &job, const Outcome &outcome) {
  llvm::json::Array words;
  for (const char *word : command(job, outcome)) words.push_back(text_value(word));
  const Facts &facts = outcome.link.facts;
  llvm::json::Object object{
      {"schema", 1},
      {"output", to_string(facts.output)},
      {"artifact", facts.output == Output::none ? llvm::json::Value(nullptr) : text_value(artifact_of(job.line))},
      {"directory", text_value(current_directory())},
      {"allocator", outcome.decision.allocator},
      {"version", version_value(outcome.decision.allocator)},
      {"reason", to_string(outcome.decision.reason)},
      {"detail", text_value(outcome.detail())},
      {"target", text_value(facts.target)},
      {"provider", text_or_null(outcome.provider())},
      {"inlined", inlined_value(outcome)},
      {"certain", is_certain(outcome)},
      {"command", std::move(words)},
      {"again", again_value(job, facts.output)},
  };
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(std::move(object));
  return text;
}

std::string to_text(const Job &job, const Outcome &outcome) {
  std::string text;
  llvm::raw_string_ostream out(text);
  const Facts &facts = outcome.link.facts;
  out << spoken(facts.output) << ": " << allocator_text(outcome) << "\n"
      << "  reason:   " << to_string(outcome.decision.reason) << " (" << outcome.detail() << ")\n";
  if (!is_certain(outcome)) out << "  certain:  no, only the finished link will tell\n";
  out << "  target:   " << facts.target << "\n";
  if (!outcome.provider().empty()) out << "  provider: " << outcome.provider() << "\n";
  out << "  command: ";
  for (const char *word : command(job, outcome)) {
    out << ' ';
    llvm::sys::printArg(out, word, /*Quote=*/false);
  }
  out << "\n";
  return text;
}

std::string verbose_line(const Outcome &outcome) {
  return "cxx-alloc: " + spoken(outcome.link.facts.output).str() + ": " + allocator_text(outcome) + "\n";
}

std::string help_text() {
  return "cxx-alloc, and cc-alloc for C: the compiler that is there, and an allocator for what it links\n"
         "  --allocator=" +
         llvm::join(requests(), "|") +
         "\n"
         "                           auto: " +
         default_allocator().str() +
         " for an executable, the process's malloc for a library (default)\n"
         "  --allocator-conf=KEY:VALUE,...  options of the allocator, baked into the executable\n"
         "  --allocator-profile      the allocator that can write heap profiles\n"
         "  --print-allocator[=json] say what this command line would get and why; link nothing\n"
         "  --allocator-audit PATH|PID...  say who allocates in files, folders and running processes\n"
         "  --allocator-compare LOG PROGRAM  link PROGRAM with each allocator, and say which is best\n"
         "  --allocator-help, --allocator-version  these and the environment variables, in full; the versions\n"
         "\n"
         "All other options are the compiler's:\n\n";
}

std::string full_help_text() {
  return "usage: cxx-alloc [compiler options and files]\n"
         "\n"
         "Runs the C++ compiler that is there and gives what it links an allocator: an executable\n" +
         default_allocator().str() +
         ", a shared library the malloc of the process that loads it, a static library nothing. An allocator\n"
         "that is linked explicitly stays the only one.\n"
         "\n"
         "Options, accepted anywhere and never seen by the compiler (the last one wins):\n"
         "  --allocator=auto      the default above\n" +
         summaries() +
         "  --allocator=none      run the compiler untouched\n"
         "  --allocator-conf=KEY:VALUE,KEY:VALUE...\n"
         "                        options baked into the executable; several add up, an empty one begins anew:\n" +
         lines_about(&Allocator::options) + "  --allocator-profile   with heap profiling:\n" +
         lines_about(&Allocator::profile) +
         "  --allocator-launch COMPILER ARGS...\n"
         "                        be a launcher: CMAKE_CXX_LINKER_LAUNCHER; must come first\n"
         "\n"
         "For what is there already:\n"
         "  --allocator-audit PATH|PID...\n"
         "                          who allocates in these files, folders and processes, and what is wrong with it\n"
         "  --allocator-audit=json  the same as one JSON object\n"
         "  --allocator-audit=html  the same as a page\n"
         "  --allocator-audit=library-path\n"
         "                          LD_LIBRARY_PATH counts, too; also behind a comma: json,library-path\n"
         "  --allocator-expect=NAME fail if an executable in the audit has another allocator\n"
         "  --allocator-compare LOG PROGRAM -- WORDS...\n"
         "                          link PROGRAM again, as CXX_ALLOC_LOG=LOG has it, with each allocator, run each\n"
         "                          with WORDS, and print time, CPU and memory, best first; must come first\n"
         "  --allocator-compare=json  the same as one JSON object\n"
         "\n"
         "For scripts:\n"
         "  --print-allocator       what this command line would get and why; links nothing\n"
         "  --print-allocator=json  the same as one JSON object\n"
         "  --allocator-version     the versions of cxx-alloc and its allocators\n"
         "\n"
         "Environment:\n"
         "  CXX_ALLOC              as --allocator=, which beats it\n"
         "  CXX_ALLOC_CXX          the C++ compiler, one or more words (default: c++)\n"
         "  CXX_ALLOC_CC           the C compiler of cc-alloc (default: cc)\n"
         "  CXX_ALLOC_RUNTIME_DIR  where the runtime objects are (default: found beside cxx-alloc)\n"
         "  CXX_ALLOC_LOG          a file that gets one JSON line per link\n"
         "\n"
         "Names: cxx-alloc runs c++, cc-alloc runs cc, and any <driver>-alloc runs <driver>.\n";
}

std::string version_text(llvm::StringRef runtime_root) {
  std::string text = "cxx-alloc " CXX_ALLOC_VERSION "\n";
  for (const Allocator &allocator : allocators()) text += name_and_version(allocator.name) + "\n";
  text += "runtime: " + runtime_root.str() + "\n";
  return text;
}

}  // namespace cxx_alloc
