// SPDX-License-Identifier: Apache-2.0
// Which compiler would have run if we were not here? We may stand in PATH under its very name (/usr/bin/c++), so
// ourselves are known by inode, and how deep we are nested is counted in the environment: a wrapper script that calls
// us back would otherwise fork until the machine stands still.
#include "compiler/compiler.h"

#include "compiler/capture.h"
#include "message.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <cstdlib>
#include <unistd.h>

namespace cxx_alloc {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

/// Real wrappers stand two or three deep (an instrumenting wrapper between two of us).
constexpr unsigned deepest_nesting = 8;

bool is_self(llvm::StringRef file, llvm::StringRef self) {
  bool same = false;
  return !fs::equivalent(file, self, same) && same;
}

bool is_program(const std::string &file) {
  return fs::is_regular_file(file) && access(file.c_str(), X_OK) == 0;
}

struct Found {
  std::string file;
  bool passed_self = false;  ///< PATH holds us under this name, before the real one
};

/// Looks `name` up in PATH. Relative folders do not count: nothing is run because of what it is called in the
/// current directory. Where we were called back under that name, by a compiler that we ran, only what stands behind us
/// counts: in front of us are links to ccache or distcc, which find us again.
Found search_path(llvm::StringRef name, const Environment &environment, llvm::StringRef self) {
  bool called_back = !environment.nesting.empty();
  Found found;
  for (llvm::StringRef folder : llvm::split(environment.path, ':')) {
    if (!path::is_absolute(folder)) continue;
    std::string file = (folder + "/" + name).str();
    if (!is_program(file)) continue;
    if (is_self(file, self)) {
      found.passed_self = true;
      found.file.clear();
      continue;
    }
    if (found.file.empty()) found.file = std::move(file);
    if (!called_back) break;
  }
  return found;
}

llvm::Error recursion(const llvm::Twine &subject) {
  return make_error(subject, "recursive invocation of cxx-alloc",
                    "set CXX_ALLOC_CXX and CXX_ALLOC_CC to the real compilers");
}

bool names_a_family(llvm::StringRef name) {
  return name.contains("clang") || name.contains("g++") || name.contains("gcc");
}

/// `command` is one or more words; the first is the program, the last that is no option the driver's name.
llvm::Expected<Compiler> make_compiler(llvm::StringRef command, llvm::StringRef origin, const Environment &environment,
                                       llvm::StringRef self, llvm::StringSaver &saver) {
  unsigned depth = 0;
  if (!environment.nesting.empty() && (!llvm::to_integer(environment.nesting, depth) || depth >= deepest_nesting))
    return recursion(command);

  Compiler compiler;
  llvm::SmallVector<const char *, 4> words;
  llvm::cl::TokenizeGNUCommandLine(command, saver, words);
  if (words.empty()) return make_error(origin, "names no compiler", "set it to a compiler, or unset it");
  compiler.words.append(words.begin(), words.end());

  llvm::StringRef program = words[0];
  if (program.contains('/')) {
    compiler.file = program.str();
    if (is_self(program, self)) return recursion(program);
    if (!is_program(compiler.file))
      return make_error(program, "no such program (named by " + origin + ")",
                        "install it, or set CXX_ALLOC_CXX or CXX_ALLOC_CC to a compiler that is there");
  } else {
    Found found = search_path(program, environment, self);
    if (found.file.empty() && found.passed_self) return recursion(program);
    if (found.file.empty())
      return make_error(program, "no such program in PATH (named by " + origin + ")",
                        "install it, or set CXX_ALLOC_CXX or CXX_ALLOC_CC to a compiler that is there");
    compiler.file = std::move(found.file);
    // g++ 12 looks itself up in PATH by argv[0] to find its own installation; it must not find us.
    if (found.passed_self) compiler.words[0] = saver.save(compiler.file).data();
  }

  // In "ccache g++" the driver is the last word that is no option.
  compiler.driver = compiler.file;
  llvm::StringRef driver = words[0];
  for (llvm::StringRef word : llvm::drop_begin(words)) {
    if (word.starts_with("-")) continue;
    driver = word;
    compiler.driver = word.str();
  }
  if (words.size() > 1 && !driver.contains('/')) {
    Found found = search_path(driver, environment, self);
    if (found.file.empty() && found.passed_self) return recursion(driver);
    if (!found.file.empty()) compiler.driver = std::move(found.file);
  } else if (words.size() > 1 && is_self(driver, self)) {
    return recursion(driver);
  }
  // The word, not the link's target: c++ is a C++ driver whatever it points to.
  compiler.cxx = path::filename(driver).contains("++");
  return compiler;
}

/// The first of `names` that is not us. Registered as an alternative we are the only c++ there is; what it stood for before
/// is still there under its own name.
llvm::StringRef first_other(llvm::ArrayRef<llvm::StringRef> names, const Environment &environment, llvm::StringRef self) {
  Found usual = search_path(names.front(), environment, self);
  if (!usual.file.empty() || !usual.passed_self) return names.front();
  for (llvm::StringRef name : names.drop_front())
    if (!search_path(name, environment, self).file.empty()) return name;
  return names.front();
}

}  // namespace

Environment Environment::of_process() {
  auto read = [](const char *name) {
    const char *value = std::getenv(name);
    return std::string(value ? value : "");
  };
  return {read("CXX_ALLOC"),     read("CXX_ALLOC_CXX"),     read("CXX_ALLOC_CC"), read("PATH"),
          read("CXX_ALLOC_RUNTIME_DIR"), read("CXX_ALLOC_LOG"), read("CXX_ALLOC_NESTING"), read("LIBRARY_PATH"),
          std::getenv("CCC_OVERRIDE_OPTIONS") != nullptr};
}

llvm::Expected<Compiler> find_compiler(llvm::StringRef program, const Environment &environment, llvm::StringRef self,
                                       llvm::StringSaver &saver) {
  llvm::StringRef name = path::filename(program);
  if (name == "cc-alloc" || name == "cc") {
    if (environment.cc.empty())
      return make_compiler(first_other({"cc", "gcc", "clang"}, environment, self), name, environment, self, saver);
    return make_compiler(environment.cc, "CXX_ALLOC_CC", environment, self, saver);
  }
  if (name != "cxx-alloc" && name.consume_back("-alloc"))
    return make_compiler(saver.save(name), program, environment, self, saver);
  // Under a compiler's own name, in front of it in PATH.
  if (name != "c++" && names_a_family(name) && !search_path(name, environment, self).file.empty())
    return make_compiler(name, program, environment, self, saver);
  if (environment.cxx.empty())
    return make_compiler(first_other({"c++", "g++", "clang++"}, environment, self), name, environment, self, saver);
  return make_compiler(environment.cxx, "CXX_ALLOC_CXX", environment, self, saver);
}

llvm::Expected<Compiler> find_launched_compiler(llvm::StringRef command, const Environment &environment,
                                                llvm::StringRef self, llvm::StringSaver &saver) {
  // One word of the command line, so a path with spaces is one program.
  std::string quoted = "'";
  for (char c : command) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  quoted += '\'';
  return make_compiler(quoted, "--allocator-launch", environment, self, saver);
}

std::string own_executable(const char *program) {
  constexpr const char *running = "/proc/self/exe";
  static int anchor;
  return access(running, F_OK) == 0 ? running : fs::getMainExecutable(program, &anchor);
}

std::string driver_name(const Compiler &compiler) {
  // ccache's masquerading links (g++ → ccache) tell less than the word does.
  llvm::SmallString<256> real;
  if (!fs::real_path(compiler.driver, real) && names_a_family(path::filename(real))) return path::filename(real).str();
  return path::filename(compiler.driver).str();
}

Family identify_family(const Compiler &compiler, llvm::StringRef name) {
  if (name.contains("clang")) return Family::clang;
  if (name.contains("g++") || name.contains("gcc")) return Family::gnu;
  Words words = compiler.words;
  words.push_back("--version");
  std::optional<std::string> text = capture_output(compiler.file, words);
  return text && llvm::StringRef(*text).contains("clang") ? Family::clang : Family::gnu;
}

llvm::StringRef target_prefix(llvm::StringRef name) {
  for (llvm::StringRef driver : {"-clang", "-g++", "-gcc", "-c++", "-cc"})
    if (size_t at = name.find(driver); at != llvm::StringRef::npos && name.take_front(at).contains('-'))
      return name.take_front(at);
  return "";
}

}  // namespace cxx_alloc
