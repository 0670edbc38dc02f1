// SPDX-License-Identifier: Apache-2.0
// How is a plan told to people and programs?
#include "run/explain.h"

#include "words/allocators.h"
#include "link/runtime_objects.h"

#include <llvm/Support/JSON.h>
#include <llvm/Support/Program.h>
#include <llvm/Support/raw_ostream.h>

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

}  // namespace

std::string to_json(const Plan &plan) {
  llvm::json::Array words;
  for (const char *word : cxx_alloc::command(plan)) words.push_back(text_value(word));
  llvm::json::Object object{
      {"schema", 1},
      {"output", to_string(plan.output)},
      {"allocator", plan.decision.allocator},
      {"reason", to_string(plan.decision.reason)},
      {"detail", text_value(plan.decision.detail)},
      {"target", text_value(plan.target)},
      {"provider", plan.provider.empty() ? llvm::json::Value(nullptr) : text_value(plan.provider)},
      {"command", std::move(words)},
  };
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(std::move(object));
  return text;
}

std::string to_text(const Plan &plan) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << spoken(plan.output) << ": " << name_and_version(plan.decision.allocator) << "\n"
      << "  reason:   " << to_string(plan.decision.reason) << " (" << plan.decision.detail << ")\n"
      << "  target:   " << plan.target << "\n";
  if (!plan.provider.empty()) out << "  provider: " << plan.provider << "\n";
  out << "  command: ";
  for (const char *word : command(plan)) {
    out << ' ';
    llvm::sys::printArg(out, word, /*Quote=*/false);
  }
  out << "\n";
  return text;
}

std::string verbose_line(const Plan &plan) {
  return "cxx-alloc: " + spoken(plan.output).str() + ": " + name_and_version(plan.decision.allocator) + "\n";
}

std::string help_text() {
  return "cxx-alloc: the C++ compiler, and an allocator for what it links\n"
         "  --allocator=auto|jemalloc|system|none\n"
         "                           auto: jemalloc for an executable, the system's for a library (default)\n"
         "  --allocator-conf=KEY:VALUE,KEY:VALUE...\n"
         "                           jemalloc options baked into the executable\n"
         "  --allocator-profile      jemalloc that can write heap profiles for jeprof\n"
         "  --print-allocator[=json] say what this command line would get and why; run nothing\n"
         "  --allocator-help         these and the environment variables, in full\n"
         "  --allocator-version      the versions of cxx-alloc and its allocators\n"
         "\n"
         "All other options are the compiler's:\n\n";
}

std::string full_help_text() {
  return "usage: cxx-alloc [compiler options and files]\n"
         "\n"
         "Runs the C++ compiler that is there and gives what it links an allocator: an executable jemalloc, a shared\n"
         "or static library the system's. An allocator that is linked explicitly stays the only one.\n"
         "\n"
         "Options, accepted anywhere and never seen by the compiler (the last one wins):\n"
         "  --allocator=auto      the default above\n"
         "  --allocator=jemalloc  jemalloc, or an error where it cannot be\n"
         "  --allocator=system    the process's own malloc\n"
         "  --allocator=none      run the compiler untouched\n"
         "  --allocator-conf=KEY:VALUE,KEY:VALUE...\n"
         "                        jemalloc options baked into the executable (jemalloc(3), opt.*); several add up,\n"
         "                        an empty one begins anew; malloc_conf, /etc/malloc.conf and MALLOC_CONF beat them\n"
         "  --allocator-profile   jemalloc with heap profiling: MALLOC_CONF=prof:true,prof_final:true ./program\n"
         "                        writes what jeprof shows\n"
         "  --allocator-launch COMPILER ARGS...\n"
         "                        be a launcher: CMAKE_CXX_LINKER_LAUNCHER; must come first\n"
         "\n"
         "For scripts:\n"
         "  --print-allocator       what this command line would get and why; runs nothing\n"
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
