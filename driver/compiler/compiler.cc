// SPDX-License-Identifier: Apache-2.0
// The compiler that would have run if we were not here. We may stand in PATH under its very name (/usr/bin/c++), so
// ourselves are known by inode, and how deep we are nested is counted in the environment.
#include "compiler/compiler.h"

#include "compiler/capture.h"
#include "compiler/find_driver.h"
#include "compiler/recursion.h"
#include "message.h"
#include "paths.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/FileSystem.h>

#include <sys/stat.h>
#include <unistd.h>

namespace cxx_alloc {
namespace {

namespace fs = llvm::sys::fs;

// Every compile step comes here. LLVM's and libstdc++'s functions of files would do, and each costs it a page or two of
// the executable that it touches for nothing else.

bool is_self(const std::string &file, const std::string &self) {
  struct stat one, other;
  return stat(file.c_str(), &one) == 0 && stat(self.c_str(), &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

bool is_program(const std::string &file) {
  struct stat status;
  return stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(file.c_str(), X_OK) == 0;
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
    if (!folder.starts_with("/")) continue;
    std::string file = (folder + "/" + name).str();
    if (!is_program(file)) continue;
    if (is_self(file, self.str())) {
      found.passed_self = true;
      found.file.clear();
      continue;
    }
    if (found.file.empty()) found.file = std::move(file);
    if (!called_back) break;
  }
  return found;
}

llvm::Error no_such_program(llvm::StringRef program, const llvm::Twine &where, llvm::StringRef origin) {
  return make_error(program, "no such program" + where + " (named by " + origin + ")",
                    "install it, or set CXX_ALLOC_CXX or CXX_ALLOC_CC to a compiler that is there");
}

/// The file of `word`, a program. `passed_self` is set where PATH holds us under this name.
llvm::Expected<std::string> find_program(llvm::StringRef word, llvm::StringRef origin, const Environment &environment,
                                         llvm::StringRef self, bool &passed_self) {
  if (word.contains('/')) {
    if (is_self(word.str(), self.str())) return recursion(word);
    if (!is_program(word.str())) return no_such_program(word, "", origin);
    return word.str();
  }
  Found found = search_path(word, environment, self);
  passed_self = found.passed_self;
  if (!found.file.empty()) return std::move(found.file);
  return found.passed_self ? recursion(word) : no_such_program(word, " in PATH", origin);
}

/// Completes `compiler` with the driver, `word`.
llvm::Error take_driver(Compiler &compiler, llvm::StringRef word, bool is_launched, const Environment &environment,
                        llvm::StringRef self) {
  compiler.driver = compiler.file;
  // The word, not the link's target: c++ is a C++ driver whatever it points to.
  compiler.cxx = file_name(word).contains("++");
  if (!is_launched) return llvm::Error::success();
  std::string file = in_folder(compiler.folder, word);
  if (word.contains('/') && is_self(file, self.str())) return recursion(word);
  Found found = word.contains('/') ? Found{file} : search_path(word, environment, self);
  if (found.file.empty() && found.passed_self) return recursion(word);
  compiler.driver = found.file.empty() ? word.str() : std::move(found.file);
  return llvm::Error::success();
}

/// Takes the compiler off the front of `words`: launchers and driver.
llvm::Expected<Compiler> take_compiler(Words &words, llvm::StringRef origin, const Environment &environment,
                                       llvm::StringRef self, llvm::StringSaver &saver) {
  if (words.empty() || !*words[0]) return make_error(origin, "names no compiler", "set it to a compiler, or unset it");
  if (environment.depth() >= deepest_nesting) return recursion(words[0]);

  Compiler compiler;
  bool passed_self = false;
  auto file = find_program(words[0], origin, environment, self, passed_self);
  if (!file) return file.takeError();
  compiler.file = std::move(*file);

  DriverWord driver = find_driver(words, saver, [&](llvm::StringRef word) {
    if (word.contains('/')) return is_program(word.str());
    Found found = search_path(word, environment, self);
    return found.passed_self || !found.file.empty();
  });
  const Launched &launched = driver.launched;
  if (!launched.unread.empty())
    return make_error(origin, "env -S '" + launched.unread + "' has more in it than words and quotes",
                      "write the words behind env without -S");
  compiler.is_certain = driver.is_certain;
  compiler.folder = launched.folder;
  if (!compiler.folder.empty()) compiler.file = absolute_path(compiler.file);
  llvm::StringRef word = words[driver.index];
  compiler.words.append(words.begin(), words.begin() + driver.index + 1);
  words.erase(words.begin(), words.begin() + driver.index + 1);
  // g++ 12 looks itself up in PATH by argv[0] to find its own installation; it must not find us.
  if (passed_self) compiler.words[0] = saver.save(compiler.file).data();
  if (auto error = take_driver(compiler, word, driver.index > 0, environment, self)) return error;
  return compiler;
}

/// The same for a variable's value, or a name: `command`, which ends with a NUL, holds one or more words, and those
/// behind the driver are its own.
llvm::Expected<Compiler> read_compiler(llvm::StringRef command, llvm::StringRef origin, const Environment &environment,
                                       llvm::StringRef self, llvm::StringSaver &saver) {
  Words words;
  // Most are one word. The tokenizer's code lies in pages that nothing else of a compile step needs, and each page is a
  // fault: 5 % of what we cost.
  if (!command.empty() && command.find_first_of(" \t\r\n\\'\"") == command.npos)
    words.push_back(command.data());
  else
    llvm::cl::TokenizeGNUCommandLine(command, saver, words);
  auto compiler = take_compiler(words, origin, environment, self, saver);
  if (compiler) compiler->own_words = std::move(words);
  return compiler;
}

/// The first of `names` that is not us. Registered as an alternative we are the only c++ there is; what it stood for
/// before is still there under its own name.
llvm::StringRef first_other(llvm::ArrayRef<llvm::StringRef> names, const Environment &environment,
                            llvm::StringRef self) {
  Found usual = search_path(names.front(), environment, self);
  if (!usual.file.empty() || !usual.passed_self) return names.front();
  for (llvm::StringRef name : names.drop_front())
    if (!search_path(name, environment, self).file.empty()) return name;
  return names.front();
}

}  // namespace

llvm::Expected<Compiler> find_compiler(llvm::StringRef program, const Environment &environment, llvm::StringRef self,
                                       llvm::StringSaver &saver) {
  llvm::StringRef name = file_name(program);
  if (name == "cc-alloc" || name == "cc") {
    if (environment.cc.empty())
      return read_compiler(first_other({"cc", "gcc", "clang"}, environment, self), name, environment, self, saver);
    return read_compiler(environment.cc, "CXX_ALLOC_CC", environment, self, saver);
  }
  if (name != "cxx-alloc" && name.consume_back("-alloc"))
    return read_compiler(saver.save(name), program, environment, self, saver);
  // Under a compiler's own name, in front of it in PATH.
  if (name != "c++" && family_of_name(name) && !search_path(name, environment, self).file.empty())
    return read_compiler(name, program, environment, self, saver);
  if (environment.cxx.empty())
    return read_compiler(first_other({"c++", "g++", "clang++"}, environment, self), name, environment, self, saver);
  return read_compiler(environment.cxx, "CXX_ALLOC_CXX", environment, self, saver);
}

llvm::Expected<Compiler> find_launched_compiler(Words &words, const Environment &environment, llvm::StringRef self,
                                                llvm::StringSaver &saver) {
  return take_compiler(words, "--allocator-launch", environment, self, saver);
}

std::string own_executable(const char *program) {
  constexpr const char *running = "/proc/self/exe";
  static int anchor;
  return access(running, F_OK) == 0 ? running : fs::getMainExecutable(program, &anchor);
}

std::string driver_name(const Compiler &compiler) {
  // ccache's masquerading links (g++ → ccache) tell less than the word does.
  llvm::SmallString<256> real;
  if (!fs::real_path(compiler.driver, real) && family_of_name(file_name(real))) return file_name(real).str();
  return file_name(compiler.driver).str();
}

llvm::Expected<Family> identify_family(const Compiler &compiler, llvm::StringRef name) {
  if (auto family = family_of_name(name)) return *family;
  Words words = compiler.words;
  words.push_back("--version");
  auto text = capture_output(compiler.file, words);
  if (!text) return text.takeError();
  return *text && llvm::StringRef(**text).contains("clang") ? Family::clang : Family::gnu;
}

llvm::Expected<std::string> compiler_version(const Compiler &compiler) {
  Words words = compiler.words;
  words.append({"-dumpfullversion", "-dumpversion"});
  auto text = capture_output(compiler.file, words);
  if (!text) return text.takeError();
  // A wrapper may say something of its own.
  llvm::StringRef version = *text ? llvm::StringRef(**text).trim().rsplit('\n').second : "";
  if (*text && version.empty()) version = llvm::StringRef(**text).trim();
  bool is_version = version.contains('.') && version.find_first_not_of("0123456789.") == llvm::StringRef::npos;
  return is_version ? version.str() : "";
}

}  // namespace cxx_alloc
